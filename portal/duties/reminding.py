"""Remind of duties near and past their day: the clerks before it, the level above after it; each level once.

A run that was missed for days writes every level that was passed, with its true day. The unique key of a
reminder, and the letters in the same transaction, make it once, however many runs there are at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from uuid_utils.compat import uuid7

from portal.duties.levels import levels
from portal.outbox import mail

_WRITE = """
INSERT INTO duties_reminder (duty_id, level, due_on, true_on, audience, run, at)
SELECT d.id, l.name, d.due_on, d.due_on + l.days, l.audience, %(run)s, %(at)s
FROM unnest(%(names)s::text[], %(days)s::int[], %(audiences)s::text[], %(starts)s::date[], %(ends)s::date[])
    AS l(name, days, audience, start_on, end_on)
JOIN duties_duty d ON d.due_on + l.days <= %(today)s AND d.due_on >= l.start_on
    AND (l.end_on IS NULL OR d.due_on < l.end_on)
WHERE d.release_id IS NULL AND d.source_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM duties_reminder r
        WHERE r.duty_id = d.id AND r.level = l.name AND r.due_on = d.due_on)
ON CONFLICT DO NOTHING
"""
# Who is told: of the own office and everything above it, the nearest place where somebody is appointed.
# The level above is whoever reviews: never the office itself, for an office of a place also its own place.
_REACHED = """
WITH told AS (
    SELECT DISTINCT r.duty_id, r.audience, d.body_id, b.code AS body, g.code
    FROM duties_reminder r JOIN duties_duty d ON d.id = r.duty_id AND d.release_id IS NULL
    JOIN places_body b ON b.id = d.body_id JOIN places_region g ON g.id = b.region_id
    WHERE r.run = %(run)s
), reached AS (
    SELECT t.duty_id, t.audience, a.user_id,
        rank() OVER (PARTITION BY t.duty_id, t.audience ORDER BY min(up.distance)) AS nearest
    FROM told t CROSS JOIN LATERAL (VALUES (t.body, 0), (t.code, 1), (left(t.code, 9) || '000', 2),
        (left(t.code, 6) || '000000', 3), (left(t.code, 4) || '00000000', 4)) AS up(code, distance)
    JOIN places_body b ON b.code = up.code
    JOIN people_appointment a ON a.body_id = b.id AND a.start_on <= %(today)s
        AND (a.end_on IS NULL OR a.end_on > %(today)s)
        AND CASE t.audience WHEN 'clerk' THEN a.role = 'clerk'
            ELSE a.role IN ('township_reviewer', 'county_reviewer') AND b.id <> t.body_id END
    JOIN people_user u ON u.id = a.user_id AND u.is_active AND u.email <> ''
    GROUP BY t.duty_id, t.audience, a.user_id
)
"""
_AUDIENCE = f"""{_REACHED}
SELECT user_id, audience, duty_id FROM reached
WHERE nearest = 1 AND (%(user)s::bigint IS NULL OR user_id = %(user)s)
ORDER BY user_id, audience, duty_id
"""  # noqa: S608 # constants of this file
_COUNT = f"""{_REACHED}
UPDATE duties_reminder r SET receivers = c.count
FROM (SELECT duty_id, audience, count(*) FROM reached WHERE nearest = 1 GROUP BY duty_id, audience) c
WHERE r.run = %(run)s AND r.duty_id = c.duty_id AND r.audience = c.audience
"""  # noqa: S608 # constants of this file


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """What one run did: levels that were reached, letters that wait to be sent."""

    levels: int = 0
    letters: int = 0


@transaction.atomic
def remind(*, today: date, at: datetime) -> Reminded:
    """Write every level reached by `today` that was not yet, and one letter to each person concerned.

    Harmless when run twice, late or beside another run.
    """
    run = uuid7()
    known = levels()
    told: dict[str, Any] = {  # whatever the statement takes
        "run": run,
        "at": at,
        "today": today,
        "names": [one.name for one in known],
        "days": [one.days for one in known],
        "audiences": [one.audience for one in known],
        "starts": [one.start_on for one in known],
        "ends": [one.end_on for one in known],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, told)
        written = cursor.rowcount
    if not (written and mail.is_configured()):
        return Reminded(levels=written)
    users = {user for user, _, _ in audience(run, today=today)}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"run": run, "today": today})
    return Reminded(levels=written, letters=sum(_tell(run, user) for user in sorted(users)))


def audience(run: UUID, *, today: date, user: int | None = None) -> Iterable[tuple[int, str, int]]:
    """Return whom a run's duties that are still open concern: user, as what, duty; of one user, or all."""
    with connection.cursor() as cursor:
        cursor.execute(_AUDIENCE, {"run": run, "today": today, "user": user})
        return list(cursor.fetchall())


def _tell(run: UUID, user: int) -> bool:
    return mail.send(maker="duties.reminder", key=f"duties:{run}:{user}", ref={"run": run, "user": user})
