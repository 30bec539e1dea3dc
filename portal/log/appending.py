"""Append to the log: one entry, in the transaction of the act it speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import connection

from portal.log.models import SignerState
from portal.record.leaves import canonical


class LogStoppedError(Exception):
    """The signer refuses this log: nothing is published until somebody repaired it."""


def append(entry: Mapping[str, str]) -> int:
    """Append an entry (ASCII keys, texts in NFC) and return its index.

    Call it last in the transaction: the log's lock is held until COMMIT. The database hashes the
    entry, moves the head and writes the tiles that became full; a rollback leaves no gap.

    Raises:
        LogStoppedError: the signer found the log inconsistent with what it signed before.
    """
    if refusal := SignerState.objects.values_list("refusal", flat=True).first():
        raise LogStoppedError(refusal)
    with connection.cursor() as cursor:
        cursor.execute("SELECT log_append(%s)", [canonical({"v": "1", **entry})])
        index: int = cursor.fetchone()[0]
    return index


def moment(at: datetime) -> str:
    """Return a moment as entries write it: UTC, whole seconds and a Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
