"""How many guesses anybody gets at a name's four digits; no address is ever stored.

Four digits are ten thousand guesses. Two counters stand in the way: one per village and name in the
database, which no change of address escapes, and one per client in this process's memory, under a salt
that is drawn anew every hour, which keeps one visitor from trying every name.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from portal.vault import keys

_HOUR_SECONDS = 3600
# A flood of addresses must not fill the memory; the counter per name holds without this one.
_MOST_CLIENTS = 20_000

_COUNT = """
INSERT INTO funds_lookupcount (digest, "on", count) VALUES (%s, %s, 1)
ON CONFLICT (digest) DO UPDATE SET count = funds_lookupcount.count + 1 RETURNING count
"""


def is_guessed_out(village: str, name: str, *, on: date) -> bool:
    """Count one try of a name in a village and return whether there were too many that day.

    Found and not found count alike: anything else would tell which is which.
    """
    message = "\x00".join(("lookup", on.isoformat(), village, name))
    digest = hmac.digest(keys.load("pepper"), message.encode(), "sha256")[:16]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [digest, on])
        row = cursor.fetchone()
        if row is not None and row[0] == 1:
            cursor.execute('DELETE FROM funds_lookupcount WHERE "on" < %s', [on])
    return row is not None and row[0] > settings.LOOKUPS_PER_NAME_A_DAY


class ClientTries:
    """Tries per client network in the current hour, in this process only."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with nobody counted."""
        self._clock = clock
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._salt = secrets.token_bytes(32)
        self._until = self._clock() + _HOUR_SECONDS
        self._counts: Counter[bytes] = Counter()

    def is_too_many(self, address: str) -> bool:
        """Count one try from an address and return whether its network made too many this hour."""
        with self._lock:
            if self._clock() >= self._until or len(self._counts) >= _MOST_CLIENTS:
                self._forget()
            client = hmac.digest(self._salt, _network(address).encode(), "sha256")[:16]
            self._counts[client] += 1
            return self._counts[client] > settings.LOOKUPS_PER_CLIENT_AN_HOUR


def _network(address: str) -> str:
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


clients = ClientTries()
