"""Cleaned pictures on disk, each under its own SHA-256: written once, whole or not at all, never changed.

`DOCUMENTS_DIR/ab/cd/abcd….webp`. What no page refers to is removed after some hours (`sweep`); a picture
written again meanwhile becomes young again, under the same lock that the sweep takes.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from django.conf import settings

MEDIA_TYPE = "image/webp"
_NAME = re.compile(r"[0-9a-f]{64}")
_BATCH = 1000


def put(data: bytes) -> bytes:
    """Keep a picture; return its SHA-256 (32 bytes). It is on the disk, not in a cache, when this returns."""
    digest = sha256(data)
    path = path_of(digest.hexdigest())
    with _locked(fcntl.LOCK_SH):
        if path.exists():
            os.utime(path)
            return digest.digest()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f".{uuid4().hex}")
        try:
            _write(fresh, data)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        _sync_folder(path.parent)
    return digest.digest()


def read(name: str) -> bytes | None:
    """Return a picture by the hexadecimal SHA-256 of its bytes; None where it is none."""
    try:
        return path_of(name).read_bytes()
    except (ValueError, FileNotFoundError):
        return None


def path_of(name: str) -> Path:
    """Return where a picture stands; raise ValueError for anything but a hexadecimal SHA-256."""
    if not _NAME.fullmatch(name):
        raise ValueError("Not the name of a picture.")
    return _root() / name[:2] / name[2:4] / f"{name}.webp"


def sweep(known: Callable[[Collection[bytes]], set[bytes]], *, before: datetime) -> int:
    """Remove pictures older than a moment that no page refers to, and half-written ones; return how many.

    `known` returns which of some hashes a page refers to.
    """
    done = 0
    batch: list[Path] = []
    for path in _root().glob("??/??/*"):
        if path.stat().st_mtime < before.timestamp():
            batch.append(path)
        if len(batch) == _BATCH:
            done += _remove(batch, known, before)
            batch = []
    return done + _remove(batch, known, before)


def _remove(paths: list[Path], known: Callable[[Collection[bytes]], set[bytes]], before: datetime) -> int:
    """Remove those of some old files that are nobody's; look at their age again under the lock."""
    if not paths:
        return 0
    done = 0
    with _locked(fcntl.LOCK_EX):
        hashes = {path: bytes.fromhex(path.stem) for path in paths if _NAME.fullmatch(path.stem)}
        needed = known(hashes.values())
        for path in paths:
            if hashes.get(path) not in needed and path.stat().st_mtime < before.timestamp():
                path.unlink()
                done += 1
    return done


def discard(digests: Collection[bytes], known: Callable[[Collection[bytes]], set[bytes]]) -> None:
    """Remove pictures at once, but for those that a page still refers to; see `sweep`."""
    with _locked(fcntl.LOCK_EX):
        for digest in set(digests) - known(digests):
            path_of(digest.hex()).unlink(missing_ok=True)


def _root() -> Path:
    return Path(settings.DOCUMENTS_DIR)


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(how: int) -> Iterator[None]:
    """Hold the store's lock: shared by those who write, alone for whoever removes."""
    _root().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (_root() / ".lock").open("ab") as handle:
        fcntl.flock(handle, how)
        yield
