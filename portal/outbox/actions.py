"""Write an effect with its cause; let an effect inside the database happen once; try a dead one again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from portal.outbox.identifiers import checked_key, checked_ref, checked_topic
from portal.outbox.models import Effect
from portal.outbox.waking import poke_after_commit

_PUT = """
INSERT INTO outbox_effect (topic, key, ref, not_before, attempts, error)
VALUES (%(topic)s, %(key)s, %(ref)s, %(not_before)s, 0, '') ON CONFLICT (key) DO NOTHING
"""


class NotInTransactionError(RuntimeError):
    """The call belongs into the transaction of its cause, and there is none."""


def put(
    *,
    topic: str,
    key: str,
    ref: Mapping[str, int | str | UUID] | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Write down an effect in the caller's transaction; return whether its key was new.

    `key` says which effect it is, for ever: the same key is the same effect, whatever else is given. `ref`
    holds ids only: numbers below ten thousand million, uuids, lower-case words of the code. The worker is
    woken after the commit.

    Raises:
        NotInTransactionError: outside `transaction.atomic`.
        NotAnIdentifierError: topic, key or ref hold anything but identifiers.
    """
    _needs_transaction()
    values = {
        "topic": checked_topic(topic),
        "key": checked_key(key),
        "ref": json.dumps(checked_ref(ref)),
        "not_before": not_before,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PUT, values)
        is_new = bool(cursor.rowcount)
    if is_new:
        poke_after_commit()
    return is_new


def once(key: str) -> bool:
    """Return whether this is the first time for a key; true only for the transaction that will commit it.

    For a handler whose effect is in this database: called first in the handler's own transaction. Whoever
    comes at the same moment waits for that transaction's end.

    Raises:
        NotInTransactionError: outside `transaction.atomic`.
    """
    _needs_transaction()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO outbox_seen (key) VALUES (%s) ON CONFLICT DO NOTHING", [checked_key(key)])
        return bool(cursor.rowcount)


def revive(effect_id: int) -> bool:
    """Let a dead effect be tried again, with all its tries; return whether it was dead."""
    with transaction.atomic():
        found = Effect.objects.dead().filter(pk=effect_id)
        is_revived = bool(found.update(dead_at=None, not_before=None, attempts=0))
        if is_revived:
            poke_after_commit()
    return is_revived


def _needs_transaction() -> None:
    if not connection.in_atomic_block:
        raise NotInTransactionError("Only inside transaction.atomic: an effect is written with its cause.")
