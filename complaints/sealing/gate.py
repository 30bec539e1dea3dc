"""A gate before what costs much memory: a few at once, the others wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Gate:
    """Lets a few of this process through at once and the others wait."""

    def __init__(self, most: Callable[[], int]) -> None:
        """Start with nobody inside; `most` is asked each time, so that a setting can change."""
        self._most, self._free = most, threading.Condition()
        self._inside = 0

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Wait for a place and hold it."""
        with self._free:
            self._free.wait_for(lambda: self._inside < self._most())
            self._inside += 1
        try:
            yield
        finally:
            with self._free:
                self._inside -= 1
                self._free.notify()
