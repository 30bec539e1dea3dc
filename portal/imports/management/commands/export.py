"""`manage.py export --release ID FILE`: writes a published release as a workbook to be corrected.

For an operator who holds the installation's keys: full names stand in it, numbers by their last four digits.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from portal.imports.exporting import write_export
from portal.releases.models import Release


class Command(BaseCommand):
    """Exit status: 0 written, 2 wrong usage."""

    help = "把公开了的一批写成表，改好后用 load --corrects 交回来。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="写到哪里，如 更正.xlsx")
        parser.add_argument("--release", required=True, help="批次编号")

    def handle(self, **options: Any) -> None:  # the parser's own namespace
        release = _published(options["release"])
        if release is None:
            self.stderr.write(f"没有 {options['release']} 这一批，或它还没有公开。")
            sys.exit(2)
        path: Path = options["file"]
        try:
            # It holds names: nobody but the operator reads it.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError:
            self.stderr.write(f"写不了 {path}，请核对文件夹在不在、能不能写。")
            sys.exit(2)
        with os.fdopen(descriptor, "wb") as stream:
            count = write_export(release, stream)
        self.stdout.write(f"{release}：{count} 行，写在 {path}。里面有全名，用完请删掉。")


def _published(told: str) -> Release | None:
    try:
        return Release.objects.published().with_names().filter(pk=UUID(told)).first()
    except ValueError:
        return None
