"""Where a file waits between upload and publication: sealed on disk, opened only in memory.

Beside the file stand what was repaired on the page (`.repairs`) and the wrong rows to be shown there
(`.rows`), sealed in the same way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings

from portal.vault import keys
from portal.vault.sealed import seal, unseal

REPAIRS = ".repairs"
ROWS = ".rows"


@dataclass(frozen=True)
class Sealed:
    """A file that was just sealed: its name in the staging folder, plain size, and SHA-256 (32 bytes)."""

    name: str
    size: int
    fingerprint: bytes


def _folder() -> Path:
    return Path(settings.STAGING_DIR)


def put(chunks: Iterable[bytes]) -> Sealed:
    """Seal a file under a new name that says nothing of it."""
    name = uuid4().hex
    digest = sha256()

    def counted() -> Iterator[bytes]:
        for chunk in chunks:
            digest.update(chunk)
            yield chunk

    try:
        size = seal(counted(), _folder() / name, keys.load("staging"))
    except BaseException:
        destroy(name)  # half a file is nobody's
        raise
    return Sealed(name, size, digest.digest())


@contextmanager
def opened(name: str) -> Iterator[Path]:
    """Give a path to the plain file, which exists in memory only and ends with the block.

    Raises:
        FileNotFoundError: it was destroyed. DamagedFileError: it was altered, or the key is another.
    """
    descriptor = os.memfd_create("upload")
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as memory:
            for chunk in unseal(_folder() / name, keys.load("staging")):
                memory.write(chunk)
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def put_document(name: str, part: str, document: Any) -> None:
    """Seal what belongs to a file (anything JSON holds), in place of what stood there."""
    fresh = _folder() / f"{name}{part}.{uuid4().hex}"
    seal([json.dumps(document, ensure_ascii=False).encode()], fresh, keys.load("staging"))
    fresh.replace(_folder() / f"{name}{part}")


def document(name: str, part: str) -> Any:
    """Return what was sealed beside a file; None where nothing was."""
    path = _folder() / f"{name}{part}"
    if not name or not path.exists():
        return None
    return json.loads(b"".join(unseal(path, keys.load("staging"))))


def remove_document(name: str, part: str) -> None:
    """Remove what was sealed beside a file, if anything was."""
    (_folder() / f"{name}{part}").unlink(missing_ok=True)


def destroy(name: str) -> None:
    """Remove a file and all that was sealed beside it; harmless when it is gone."""
    if name:
        for path in [_folder() / name, *_folder().glob(f"{name}.*")]:
            path.unlink(missing_ok=True)


def strays(known: set[str], *, before: datetime) -> list[Path]:
    """Return sealed files that belong to no upload and are older than a moment: a crash left them."""
    if not _folder().is_dir():
        return []
    return [
        path
        for path in _folder().iterdir()
        if path.name.partition(".")[0] not in known and path.stat().st_mtime < before.timestamp()
    ]
