"""How many guesses anybody gets at a name's four digits; no address is ever stored.

Four digits are ten thousand guesses. Two counters stand in the way: one per village and name in the
database, which no change of address escapes, and one per client in this process's memory, under a salt
that is drawn anew every hour, which keeps one visitor from trying every name.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db import connection

from portal.pages.clients import Tries
from portal.vault import keys

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


class ClientTries(Tries):
    """Tries per client network in the current hour, in this process only."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with nobody counted."""
        super().__init__(lambda: settings.LOOKUPS_PER_CLIENT_AN_HOUR, clock=clock)


clients = ClientTries()
