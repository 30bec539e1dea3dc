"""How often somebody comes, without an address: counted by network in this process's memory only."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

_HOUR_SECONDS = 3600
# A flood of addresses must not fill the memory; whatever else counts holds without this.
_MOST_CLIENTS = 20_000


class Tries:
    """Tries per client network within a window of seconds, in this process only.

    The salt is drawn anew with every window, so that nothing here outlives an hour or leads to an address.
    """

    def __init__(
        self,
        most: Callable[[], int],
        *,
        seconds: int = _HOUR_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with nobody counted; `most` tells the limit of today's settings."""
        if not 0 < seconds <= _HOUR_SECONDS:
            raise ValueError("A window is at most an hour.")
        self._most, self._seconds, self._clock = most, seconds, clock
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Begin a new window with nobody counted."""
        self._salt = secrets.token_bytes(32)
        self._until = self._clock() + self._seconds
        self._counts: Counter[bytes] = Counter()

    def is_too_many(self, address: str) -> bool:
        """Count one try from an address and return whether its network made too many in this window."""
        with self._lock:
            if self._clock() >= self._until or len(self._counts) >= _MOST_CLIENTS:
                self.forget()
            client = self._client(address)
            self._counts[client] += 1
            return self._counts[client] > self._most()

    def forgive(self, address: str) -> None:
        """Take one try of an address back: it turned out to be no guess."""
        with self._lock:
            client = self._client(address)
            if self._counts[client] > 0:
                self._counts[client] -= 1

    def _client(self, address: str) -> bytes:
        return hmac.digest(self._salt, network_of(address).encode(), "sha256")[:16]


def network_of(address: str) -> str:
    """Return the /24 or /56 of an address: a telephone changes the rest as it pleases."""
    try:
        bits = 24 if ipaddress.ip_address(address).version == 4 else 56
        return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))
    except ValueError:
        return "unknown"


def address_of(request: HttpRequest) -> str:
    """Return the client's address: the last hop the trusted proxy saw, where there is a proxy."""
    if settings.SECURE_PROXY_SSL_HEADER:
        seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if seen:
            return seen
    return str(request.META.get("REMOTE_ADDR", ""))
