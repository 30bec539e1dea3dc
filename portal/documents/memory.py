"""A file held in memory for its child: the child's orders first, then the bytes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from types import TracebackType
from typing import Any, Self

_READ = 1 << 18


class TooBigError(Exception):
    """The file is larger than files may be."""


class InMemory:
    """One file with the line that tells the child what to do with it; closes with the block."""

    def __init__(
        self,
        chunks: Iterable[bytes],
        *,
        most: int,
        pages: int,
        what: str = "clean",
        redact: Sequence[dict[str, Any]] = (),
    ) -> None:
        """Read a file into memory and hash it.

        Raises:
            TooBigError: it has more than `most` bytes; nothing of it is kept.
        """
        self.pages = pages
        self.size = 0
        line = json.dumps({"what": what, "pages": pages, "redact": list(redact)}).encode() + b"\n"
        digest = sha256()
        self.descriptor = os.memfd_create("document")
        try:
            self._start = _write(self.descriptor, line)
            for chunk in chunks:
                self.size = _counted(self.size + len(chunk), most)
                digest.update(chunk)
                _write(self.descriptor, chunk)
        except BaseException:
            self.close()
            raise
        self.sha256 = digest.digest()

    def chunks(self) -> Iterator[bytes]:
        """Yield the file's own bytes."""
        at = self._start
        while chunk := os.pread(self.descriptor, _READ, at):
            at += len(chunk)
            yield chunk

    def close(self) -> None:
        """Forget the file."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _counted(size: int, most: int) -> int:
    if size > most:
        raise TooBigError
    return size


def _write(descriptor: int, data: bytes) -> int:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
    return len(data)
