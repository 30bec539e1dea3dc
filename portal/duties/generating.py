"""Makes the duties that the catalogue, the places and the assignments call for: set-based, repeatable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import F, Min
from django.utils import timezone

from portal.catalogue.models import CatalogueItem
from portal.duties.deadlines import due_on, periods_of
from portal.duties.meeting import meet
from portal.duties.models import LastRefresh, Participation
from portal.places.models import Region
from portal.workdays import calendar

# Who answers for a period is who does on its last day: an office named by an assignment, else the place's
# own body.
_WANTED = """
CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS
WITH span AS (
    SELECT * FROM unnest(%s::bigint[], %s::date[], %s::date[], %s::date[])
        AS s(item_id, start_on, end_on, due_on)
), taking_part AS (
    SELECT r.id AS region_id, r.level, min(p.start_on) AS since
    FROM places_region r JOIN duties_participation p ON true
    JOIN places_region top ON top.id = p.region_id AND (top.id = r.id OR (p.with_below AND starts_with(
        r.code, left(top.code, CASE top.level WHEN 'city' THEN 4 WHEN 'county' THEN 6
            WHEN 'township' THEN 9 ELSE 12 END))))
    GROUP BY r.id
), named AS (
    SELECT s.item_id, s.start_on, s.end_on, s.due_on, b.id AS body_id, b.region_id
    FROM span s JOIN duties_assignment a ON a.item_id = s.item_id AND a.start_on < s.end_on
        AND (a.end_on IS NULL OR a.end_on >= s.end_on)
    JOIN places_body b ON b.id = a.body_id AND b.is_active
    JOIN taking_part t ON t.region_id = b.region_id AND t.since < s.end_on
)
SELECT * FROM named
UNION ALL
SELECT s.item_id, s.start_on, s.end_on, s.due_on, b.id, r.id
FROM span s JOIN catalogue_catalogueitem i ON i.id = s.item_id
JOIN taking_part t ON t.level = i.level AND t.since < s.end_on
JOIN places_region r ON r.id = t.region_id AND (r.start_on IS NULL OR r.start_on < s.end_on)
    AND (r.end_on IS NULL OR r.end_on >= s.end_on)
JOIN places_body b ON b.code = r.code AND b.is_active
WHERE NOT EXISTS (SELECT 1 FROM named n
    WHERE n.item_id = s.item_id AND n.start_on = s.start_on AND n.end_on = s.end_on AND n.region_id = r.id)
"""
# What is over stays as it was; what is still to come follows the catalogue of today.
_DROP = """
DELETE FROM duties_duty d
WHERE d.source_id IS NULL AND d.release_id IS NULL AND d.withdrawn_on IS NULL AND d.due_on >= %s
    AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.item_id = d.item_id AND w.body_id = d.body_id
        AND w.start_on = d.start_on AND w.end_on = d.end_on)
RETURNING d.region_id
"""
_MOVE = """
UPDATE duties_duty d SET due_on = w.due_on FROM wanted w
WHERE d.source_id IS NULL AND d.release_id IS NULL AND d.due_on >= %s AND w.due_on <> d.due_on
    AND w.item_id = d.item_id AND w.body_id = d.body_id AND w.start_on = d.start_on AND w.end_on = d.end_on
RETURNING d.region_id
"""
_ADD = """
INSERT INTO duties_duty (item_id, body_id, region_id, start_on, end_on, due_on, is_nil)
SELECT w.item_id, w.body_id, w.region_id, w.start_on, w.end_on, w.due_on, false FROM wanted w
WHERE NOT EXISTS (SELECT 1 FROM duties_duty d WHERE d.item_id = w.item_id AND d.source_id IS NULL
    AND d.start_on = w.start_on AND d.end_on = w.end_on AND d.region_id = w.region_id
    AND (d.body_id = w.body_id OR d.due_on < %s))
ON CONFLICT DO NOTHING
RETURNING region_id
"""


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """What a run changed."""

    added: int
    dropped: int
    moved: int
    met: int


@transaction.atomic
def refresh(*, today: date) -> Refreshed:
    """Bring all duties up to date with catalogue, places, assignments and releases.

    Safe to run at any time and twice; a day that was missed is made up for. Duties whose day is over are
    neither moved nor dropped: a changed catalogue does not change the past.
    """
    since = Participation.objects.aggregate(first=Min("start_on"))["first"]
    spans = list(_spans(since, today)) if since is not None else []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('duties', 0))")
        cursor.execute(_WANTED, [[span[at] for span in spans] for at in range(4)])
        cursor.execute("CREATE INDEX ON wanted (item_id, body_id)")
        cursor.execute("ANALYZE wanted")
        cursor.execute(_DROP, [today])
        dropped = cursor.fetchall()
        cursor.execute(_MOVE, [today])
        moved = cursor.fetchall()
        cursor.execute(_ADD, [today])
        added = cursor.fetchall()
        cursor.execute("DROP TABLE wanted")
    met = meet()
    _freshen({region for (region,) in [*dropped, *moved, *added]} | set(met))
    LastRefresh.objects.update_or_create(pk=1, defaults={"at": timezone.now()})
    return Refreshed(added=len(added), dropped=len(dropped), moved=len(moved), met=len(met))


def _spans(since: date, today: date) -> Iterator[tuple[int, date, date, date]]:
    """Yield item, first day, first day after, and deadline of every period that is or was owed."""
    workdays = calendar.current()
    known: dict[tuple[date, int, str], date] = {}
    for item in CatalogueItem.objects.filter(is_active=True):
        for period in periods_of(item, since=since, today=today):
            key = period.end, item.deadline_days, item.deadline_unit
            if key not in known:
                known[key] = due_on(item, period.end - timedelta(days=1), workdays)
            yield item.pk, period.start, period.end, known[key]


def _freshen(regions: set[int]) -> None:
    """Let the pages of places whose duties changed, and of the places above them, be made anew."""
    if not regions:
        return
    codes = set(Region.objects.filter(pk__in=regions).values_list("code", flat=True))
    above = {code[:length] + "0" * (12 - length) for code in codes for length in (4, 6, 9)}
    Region.objects.filter(code__in=codes | above).update(generation=F("generation") + 1)
