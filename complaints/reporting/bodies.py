"""How long a form may take to arrive, and how many may arrive at once, so that slow ones stop nobody else.

A web server's thread waits for a body as long as the sender likes. Here each process lets a few in at a time,
words and files on lanes of their own, with a deadline looked at between two reads (one read alone may wait
longer: nginx ends it); whoever finds a lane full is told at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, UnreadablePostError


class FullError(Exception):
    """As many forms are arriving as may at once."""


class TooLargeError(Exception):
    """More was announced than all files and words of a form together may be."""


@dataclass
class Lane:
    """Places for forms that are still arriving; `most` tells today's number of them."""

    most: Callable[[], int]
    _inside: int = 0

    def __post_init__(self) -> None:
        """Start with nobody inside."""
        self._lock = threading.Lock()

    def enter(self) -> None:
        """Take a place; raise FullError where there is none."""
        with self._lock:
            if self._inside >= self.most():
                raise FullError
            self._inside += 1

    def leave(self) -> None:
        """Give a place back."""
        with self._lock:
            self._inside -= 1


# Who sends words alone is not stopped by whoever sends pictures slowly.
words = Lane(lambda: settings.REPORTS_BODIES_AT_ONCE)
files = Lane(lambda: settings.REPORTS_BODIES_AT_ONCE)


class Arriving:
    """The body of one request, read with a deadline; the place on its lane is free when it is read."""

    def __init__(self, request: HttpRequest, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a place for a request's body and let it be read here.

        Raises:
            TooLargeError: its length is above the limit. FullError: the lane is full. Nothing was read.
        """
        self._left = _length(request)
        if self._left > settings.REPORTS_MOST_REQUEST_BYTES:
            raise TooLargeError
        is_short = self._left <= settings.REPORTS_MOST_WORDS_BYTES
        seconds = settings.REPORTS_WORDS_SECONDS if is_short else settings.REPORTS_BODY_SECONDS
        self._lane: Lane | None = words if is_short else files
        self._lane.enter()
        self._clock, self._until = clock, clock() + seconds
        self._read = request.read
        setattr(request, "read", self.read)  # noqa: B010 # this one request only, which the type forbids

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes as `HttpRequest.read`; raise UnreadablePostError when the time is over."""
        if self._lane is None:
            return self._read(size)
        if self._clock() >= self._until:
            self.close()
            raise UnreadablePostError
        data = self._read(size)
        self._left -= len(data)
        if self._left <= 0 or not data:
            self.close()
        return data

    def close(self) -> None:
        """Free the place."""
        if self._lane is not None:
            self._lane.leave()
            self._lane = None


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
