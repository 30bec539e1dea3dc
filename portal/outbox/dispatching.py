"""Take up what waits, one effect at a time, and do it; PostgreSQL decides who does which, and when."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from portal.outbox.identifiers import Ref
from portal.outbox.registry import UnknownTopicError, handler_of

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 12
_LONGEST_PAUSE = timedelta(hours=6)
# Long enough for every queue of a good day, far below the broker's visibility timeout.
_MOST_SECONDS = 60.0

# `now` is the database's unless a moment is given. Each statement is a transaction of its own.
_CLAIM = """
WITH picked AS MATERIALIZED (
    SELECT id FROM outbox_effect
    WHERE done_at IS NULL AND dead_at IS NULL
      AND (not_before IS NULL OR not_before <= coalesce(%(now)s, now()))
      AND (lease_until IS NULL OR lease_until <= coalesce(%(now)s, now()))
    ORDER BY coalesce(not_before, created_at), id
    LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE outbox_effect e
SET attempts = attempts + 1, lease_until = coalesce(%(now)s, now()) + make_interval(secs => %(lease)s)
FROM picked WHERE e.id = picked.id
RETURNING e.id, e.topic, e.key, e.ref, e.attempts
"""
# Who lost the lease meanwhile decides nothing any more: `attempts` has moved on.
_END = """
UPDATE outbox_effect SET lease_until = NULL, {ends}
WHERE id = %(id)s AND attempts = %(attempts)s AND done_at IS NULL AND dead_at IS NULL
"""
_DONE = _END.format(ends="done_at = coalesce(%(now)s, now()), error = ''")
_DEAD = _END.format(ends="dead_at = coalesce(%(now)s, now()), error = %(error)s")
_LATER = _END.format(
    ends="not_before = coalesce(%(now)s, now()) + make_interval(secs => %(pause)s), error = %(error)s"
)


@dataclass(frozen=True)
class _Claim:
    """One effect in our hands, until its lease ends."""

    id: int
    topic: str
    key: str
    ref: Ref
    attempts: int


@dataclass
class Dispatched:
    """What one run did; `is_more` when it stopped at its limit and not for want of work."""

    done: int = 0
    failed: int = 0
    dead: int = 0
    is_more: bool = False


def dispatch(now: datetime | None = None, *, limit: int = 500) -> Dispatched:
    """Do what waits, at most `limit` effects and about a minute; return what became of them.

    The clock is the database's, unless `now` says otherwise. Any number of dispatchers may run at once: each
    effect is in one hand at a time, and comes back five minutes after that hand was killed.
    """
    result = Dispatched()
    ends = time.monotonic() + _MOST_SECONDS
    for _ in range(limit):
        if time.monotonic() > ends:
            break
        claim = _claim(now)
        if claim is None:
            return result
        _do(claim, now, result)
    result.is_more = True
    return result


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many tries in vain: 1, 5, 25, 125 minutes, then six hours."""
    minutes = 5 ** min(attempts - 1, 4)
    return min(timedelta(minutes=minutes), _LONGEST_PAUSE)


def _claim(now: datetime | None) -> _Claim | None:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "lease": LEASE.total_seconds()})
        row = cursor.fetchone()
    if row is None:
        return None
    number, topic, key, ref, attempts = row
    return _Claim(number, topic, key, json.loads(ref), attempts)  # Django's cursors leave JSON as text.


def _do(claim: _Claim, now: datetime | None, result: Dispatched) -> None:
    if claim.attempts > MOST_ATTEMPTS:  # The last try ended with its process.
        _bury(claim, "Killed", now, result)
        return
    try:
        handler_of(claim.topic)(claim.ref, claim.key)
    except UnknownTopicError:
        _bury(claim, UnknownTopicError.__name__, now, result)
    except Exception as error:  # noqa: BLE001 # whatever it is, the others go on; its text may quote a person
        _put_off(claim, type(error).__name__, now, result)
    else:
        _write(_DONE, claim, now)
        result.done += 1


def _put_off(claim: _Claim, error: str, now: datetime | None, result: Dispatched) -> None:
    if not connection.in_atomic_block:  # What failed may be the connection.
        connection.close_if_unusable_or_obsolete()
    if claim.attempts >= MOST_ATTEMPTS:
        _bury(claim, error, now, result)
        return
    log.warning("Effect %s (%s) failed at try %s: %s", claim.id, claim.topic, claim.attempts, error)
    _write(_LATER, claim, now, error=error, pause=pause_after(claim.attempts))
    result.failed += 1


def _bury(claim: _Claim, error: str, now: datetime | None, result: Dispatched) -> None:
    log.error("Effect %s (%s) is dead after %s tries: %s", claim.id, claim.topic, claim.attempts, error)
    _write(_DEAD, claim, now, error=error)
    result.dead += 1


def _write(
    statement: str,
    claim: _Claim,
    now: datetime | None,
    *,
    error: str = "",
    pause: timedelta = timedelta(),
) -> None:
    whose = {"id": claim.id, "attempts": claim.attempts}
    what = {"now": now, "error": error[:100], "pause": pause.total_seconds()}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**whose, **what})
