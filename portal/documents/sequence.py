"""A file read once from beginning to end, out of the pieces in which it is unsealed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from portal.vault.sealed import DamagedFileError


class SequentialReader(io.RawIOBase):
    """Reads pieces as a stream."""

    def __init__(self, chunks: Iterator[bytes], fault: Callable[[], Exception]) -> None:
        """Read on as asked; `fault` makes the error for pieces that are gone or were altered."""
        self._chunks, self._fault = chunks, fault
        self._left = memoryview(b"")

    @classmethod
    def over(cls, chunks: Iterator[bytes], fault: Callable[[], Exception]) -> BinaryIO:
        """Return a buffered stream over pieces."""
        return io.BufferedReader(cls(chunks, fault), 1 << 16)

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any, /) -> int:  # any writable buffer; the type is Python 3.12's
        """Fill a buffer from the next piece."""
        while not self._left:
            try:
                piece = next(self._chunks, None)
            except (OSError, DamagedFileError) as error:
                raise self._fault() from error
            if piece is None:
                return 0
            self._left = memoryview(piece)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count
