"""A place's duties counted in one statement: by member, by month of the deadline, and whether asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from portal.duties.standing import Standing, months_before, year_before
from portal.overview.asked import Asked, Whose
from portal.places.models import PREFIX_LENGTH, Level, Region
from portal.workdays.left import SOON

LEVELS = [Level.CITY, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE]
LEVELS_OF = {
    Whose.OFFICE: [Level.CITY, Level.COUNTY],
    Whose.TOWNSHIP: [Level.TOWNSHIP],
    Whose.VILLAGE: [Level.VILLAGE],
}
# Counted by keys first, by places afterwards: names and codes are looked at once for each place and month,
# not for each of a city's hundred thousand duties. What was withdrawn since was public a month ago.
_COUNT = """
WITH place AS MATERIALIZED (
    SELECT r.id, r.level = ANY(%(levels)s) AS is_told,
        CASE WHEN r.id = %(region)s THEN '' ELSE left(r.code, %(digits)s) END AS digits
    FROM places_region r WHERE starts_with(r.code, %(prefix)s)
), told AS MATERIALIZED (
    SELECT i.id FROM catalogue_catalogueitem i WHERE %(section)s IN ('', i.section)
), cell AS MATERIALIZED (
    SELECT d.region_id, CASE WHEN d.region_id = %(region)s THEN d.body_id END AS office,
        date_trunc('month', d.due_on::timestamp)::date AS month,
        %(section)s = '' OR d.item_id IN (SELECT id FROM told) AS is_told,
        count(*) FILTER (WHERE d.due_on >= %(year)s AND d.due_on < %(today)s) AS due,
        count(*) FILTER (WHERE d.due_on >= %(year)s AND d.due_on < %(today)s
            AND d.release_id IS NOT NULL) AS public,
        count(*) FILTER (WHERE d.due_on >= %(year)s AND d.due_on < %(today)s
            AND d.release_id IS NOT NULL AND d.met_on <= d.due_on) AS on_time,
        count(*) FILTER (WHERE d.due_on < %(before)s) AS due_then,
        count(*) FILTER (WHERE d.due_on < %(before)s AND d.met_on <= %(before)s
            AND (d.withdrawn_on IS NULL OR d.withdrawn_on > %(before)s)) AS public_then,
        count(*) FILTER (WHERE d.due_on < %(before)s AND d.met_on <= d.due_on
            AND (d.withdrawn_on IS NULL OR d.withdrawn_on > %(before)s)) AS on_time_then,
        count(*) FILTER (WHERE d.due_on >= %(today)s AND d.release_id IS NULL) AS soon
    FROM duties_duty d
    WHERE d.due_on BETWEEN %(first)s AND %(last)s AND d.region_id IN (SELECT id FROM place)
    GROUP BY 1, 2, 3, 4
)
SELECT p.digits, c.office, coalesce(b.name, r.short_name, '') AS called, c.month,
    c.is_told AND p.is_told AS is_told, sum(c.due)::int, sum(c.public)::int, sum(c.on_time)::int,
    sum(c.due_then)::int, sum(c.public_then)::int, sum(c.on_time_then)::int, sum(c.soon)::int
FROM cell c JOIN place p ON p.id = c.region_id
LEFT JOIN places_body b ON b.id = c.office
LEFT JOIN places_region r ON p.digits <> '' AND r.code = rpad(p.digits, 12, '0')
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 3, 2, 4
"""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One member (the digits of a place right below, or an office of the place itself) and one month."""

    digits: str
    office: int | None
    called: str
    month: date
    is_told: bool
    now: Standing
    then: Standing
    soon: int


def level_below(region: Region) -> Level | None:
    """Return the next level; None for a village."""
    at = LEVELS.index(Level(region.level))
    return LEVELS[at + 1] if at + 1 < len(LEVELS) else None


def cells(region: Region, today: date, asked: Asked) -> list[Cell]:
    """Return the counts of a place's duties of the last thirteen months and the next days; one query."""
    before = months_before(today, 1)
    below = level_below(region)
    told: dict[str, Any] = {
        "region": region.pk,
        "prefix": region.prefix,
        "digits": PREFIX_LENGTH[below] if below else 0,
        "levels": [str(level) for level in (LEVELS_OF[Whose(asked.who)] if asked.who else LEVELS)],
        "section": asked.section,
        "today": today,
        "year": year_before(today),
        "before": before,
        "first": year_before(before),
        "last": today + SOON,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, told)
        return [_cell(*row) for row in cursor.fetchall()]


def _cell(digits: str, office: int | None, called: str, month: date, is_told: bool, *counts: int) -> Cell:  # noqa: FBT001  # a row
    return Cell(
        digits=digits,
        office=office,
        called=called,
        month=month,
        is_told=is_told,
        now=_standing(*counts[:3]),
        then=_standing(*counts[3:6]),
        soon=counts[6],
    )


def _standing(due: int, public: int, on_time: int) -> Standing:
    return Standing(due=due, on_time=on_time, late=public - on_time, missing=due - public)
