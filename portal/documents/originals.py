"""The files as they were handed in, sealed for the offline archive under names that say nothing of them."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from portal.vault import keys
from portal.vault.archive import open_from_archive, seal_for_archive


def put(document_id: UUID, chunks: Iterable[bytes]) -> None:
    """Seal the original of a document for the archive, in place of what a crash left under its name."""
    path = path_of(document_id)
    path.unlink(missing_ok=True)
    try:
        seal_for_archive(chunks, path, keys.load_archive_public())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def chunks(document_id: UUID, private: bytes) -> Iterator[bytes]:
    """Yield the plain original, for whoever holds the archive's private half; see `open_from_archive`."""
    return open_from_archive(path_of(document_id), private)


def remove(document_id: UUID) -> None:
    """Remove an original; harmless when it is gone."""
    path_of(document_id).unlink(missing_ok=True)


def path_of(document_id: UUID) -> Path:
    """Return where the original of a document stands."""
    name = hmac.digest(keys.load("pepper"), b"original\x00" + document_id.bytes, "sha256").hex()
    return Path(settings.ORIGINALS_DIR) / name[:2] / name


def sweep(known: Collection[UUID], *, before: datetime) -> int:
    """Remove originals that belong to no document and are older than a moment; return how many."""
    needed = {path_of(document_id).name for document_id in known}
    done = 0
    for path in Path(settings.ORIGINALS_DIR).glob("??/*"):
        if path.name not in needed and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            done += 1
    return done
