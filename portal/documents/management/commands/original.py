"""`manage.py original DOCUMENT_ID FILE --key KEYFILE`: open an original with the archive's offline key."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from portal.documents import originals
from portal.documents.models import Document
from portal.vault.keys import MissingKeyError, read_key
from portal.vault.sealed import DamagedFileError


class Command(BaseCommand):
    """Open one original."""

    help = "用离线保管的档案私钥，打开一份佐证材料的原件。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the document, where to write it, and the private half."""
        parser.add_argument("document_id", type=UUID, help="材料编号")
        parser.add_argument("file", type=Path, help="写到哪个文件（不能已经存在）")
        parser.add_argument("--key", type=Path, required=True, help="档案私钥文件（archive.key）")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Write the original, or nothing."""
        document = Document.objects.select_related("redacts").filter(pk=options["document_id"]).first()
        if document is None:
            raise CommandError("没有这份材料。请核对编号。")
        while document.redacts is not None:  # the original belongs to what was covered
            document = document.redacts
        try:
            private = read_key(options["key"])
            self._write(document, options["file"], private)
        except MissingKeyError as error:
            raise CommandError(str(error)) from error
        except FileExistsError as error:
            raise CommandError("这个文件已经有了，不会覆盖。请换一个名字。") from error
        except FileNotFoundError as error:
            raise CommandError("没有找到这份原件。请从备份里恢复 originals 文件夹再试。") from error
        except DamagedFileError as error:
            raise CommandError("打不开：私钥不对，或者原件被改过、没有存全。") from error
        self.stdout.write(f"原件已写到 {options['file']}（{document.media_type}）。用完请删除。")

    def _write(self, document: Document, file: Path, private: bytes) -> None:
        """Write the original to a new file for its owner alone; remove it where the hash differs."""
        digest = sha256()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                for chunk in originals.chunks(document.pk, private):
                    digest.update(chunk)
                    stream.write(chunk)
            _compare(digest.digest(), bytes(document.original_sha256))
        except BaseException:
            file.unlink()
            raise


def _compare(found: bytes, expected: bytes) -> None:
    if found != expected:
        raise CommandError("打开的文件与登记的指纹不一致，没有留下。请从备份里恢复原件再试。")
