"""Finished sheets in memory, and one press: printing may wait, pages may not wait for printing.

A sheet is made from published rows for (place, generation, month, paper, day), so an old one is never
handed out: its key is not asked for any more.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import BoundedSemaphore, Lock

# A sheet has 40 to 300 kB.
MOST_KEPT = 32
WAIT_SECONDS = 2.0


class BusyError(RuntimeError):
    """Others are printing, and the wait was long enough."""


class Press:
    """Makes one file at a time and keeps the latest; safe for threads."""

    def __init__(self, *, most: int = MOST_KEPT, wait: float = WAIT_SECONDS) -> None:
        """Keep `most` files; let nobody wait longer than `wait` seconds."""
        self._most, self._wait = most, wait
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()
        self._free = BoundedSemaphore(1)

    def printed(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return the file of a key, made where it is not kept.

        Raises:
            BusyError: the press was not free in time. A server's few threads must not all stand here.
        """
        if (found := self._found(key)) is not None:
            return found
        if not self._free.acquire(timeout=self._wait):
            raise BusyError
        try:
            if (found := self._found(key)) is not None:
                return found
            made = make()
        finally:
            self._free.release()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def _found(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)
