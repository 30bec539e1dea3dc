"""Where a file waits for its cleaning: sealed on disk, opened in memory only."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Self
from uuid import uuid4

from django.conf import settings

from portal.vault import keys
from portal.vault.sealed import Sealer, fresh_file, unseal


class Incoming:
    """A file being received: sealed piece by piece under a name that says nothing of it."""

    def __init__(self, key: bytes | None = None) -> None:
        """Open a new sealed file, under a key of the caller's or the one that staged files share."""
        self.name = uuid4().hex
        self.size = 0
        self._digest = sha256()
        self._stream = fresh_file(_folder() / self.name)
        self._finished = False
        self._sealer = Sealer(self._stream, key or keys.load("staging"))

    def write(self, chunk: bytes) -> None:
        """Take in more."""
        self.size += len(chunk)
        self._digest.update(chunk)
        self._sealer.write(chunk)

    def finish(self) -> Self:
        """Seal its end; only now it can be opened again."""
        self._sealer.finish()
        self._finished = True
        self.close()
        return self

    def close(self) -> None:
        """Close it, and remove it where it was never finished: half a file is nobody's."""
        self._stream.close()
        if not self._finished:
            destroy(self.name)

    @property
    def sha256(self) -> bytes:
        """The hash of the plain bytes so far, 32 bytes."""
        return self._digest.digest()


def put(chunks: Iterable[bytes]) -> Incoming:
    """Seal a whole file."""
    file = Incoming()
    try:
        for chunk in chunks:
            file.write(chunk)
        return file.finish()
    except BaseException:
        file.close()
        raise


def chunks(name: str, key: bytes | None = None) -> Iterator[bytes]:
    """Yield the plain bytes of a sealed file; `key` is the one it was received under.

    Raises:
        FileNotFoundError: it was destroyed. DamagedFileError: it was altered, or the key is another.
    """
    return unseal(_folder() / name, key or keys.load("staging"))


@contextmanager
def opened(name: str, key: bytes | None = None) -> Iterator[Path]:
    """Give a path to the plain file, which is in memory only and ends with the block; raises as `chunks`."""
    descriptor = os.memfd_create("incoming")
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as memory:
            for chunk in chunks(name, key):
                memory.write(chunk)
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def destroy(name: str) -> None:
    """Remove a sealed file; harmless when it is gone."""
    if name:
        (_folder() / name).unlink(missing_ok=True)


def sweep(known: Collection[str], *, before: datetime) -> int:
    """Remove sealed files that nobody knows and that are older than a moment; return how many."""
    done = 0
    for path in _folder().glob("*"):
        if path.is_file() and path.name not in known and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            done += 1
    return done


def _folder() -> Path:
    return Path(settings.INCOMING_DIR)
