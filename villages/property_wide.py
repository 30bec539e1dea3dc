"""What a wider place's villages own and let: one grouped query per figure, one line per place below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from portal.pages import words
from portal.pages.regions import offices
from portal.places.models import PREFIX_LENGTH, Region

_BELOW = {"city": "county", "county": "township", "township": "village"}
_TABLES = {"assets": "villages_villageasset", "resources": "villages_villageresource"}
# Newest public rows of the place, by the place right below they lie in; none that is told in sums only.
_ROWS = """{table} n JOIN releases_release r ON r.id = n.release_id AND r.state = 'published'
        AND r.names <> 'hidden'
    JOIN places_region g ON g.id = n.region_id AND starts_with(g.code, %(prefix)s)
WHERE NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id = n.id)"""
_THINGS = f"""
SELECT left(g.code, %(length)s), count(*), count(*) FILTER (WHERE n.use_state = 'let'),
    count(*) FILTER (WHERE n.use_state = 'idle'), count(*) FILTER (WHERE n.use_state = 'occupied')
FROM {_ROWS} AND n.use_state NOT IN ('disposed', 'scrapped') GROUP BY 1
"""  # noqa: S608 # our own tables
_LEASES = f"""
SELECT left(g.code, %(length)s),
    count(*) FILTER (WHERE %(today)s BETWEEN n.starts_on AND n.ends_on),
    count(*) FILTER (WHERE n.ends_on < %(today)s AND EXISTS (
        SELECT 1 FROM (
            SELECT id, region_id, asset_no AS number, use_state, release_id FROM villages_villageasset
            UNION ALL
            SELECT id, region_id, resource_no, use_state, release_id FROM villages_villageresource) t
        JOIN releases_release q ON q.id = t.release_id AND q.state = 'published'
            AND q.names <> 'hidden'
        WHERE t.region_id = n.region_id AND t.number = n.object_no AND t.use_state IN ('let', 'occupied')
            AND NOT EXISTS (SELECT 1 FROM releases_replaced y WHERE y.row_id = t.id))
        AND NOT EXISTS (SELECT 1 FROM villages_lease o
            JOIN releases_release p ON p.id = o.release_id AND p.state = 'published'
                AND p.names <> 'hidden'
            WHERE o.region_id = n.region_id AND o.object_no = n.object_no AND o.starts_on > n.starts_on
                AND NOT EXISTS (SELECT 1 FROM releases_replaced z WHERE z.row_id = o.id)))
FROM {_ROWS.format(table="villages_lease")} AND n.state NOT IN ('renewed', 'terminated') GROUP BY 1
"""  # noqa: S608 # our own tables
# A due counts once however many lines repeat it; what was paid adds up.
_RENTS = f"""
WITH dues AS (
    SELECT g.code, n.contract_no, n.due_on, sum(n.received_amount) AS received,
        GREATEST(max(n.due_amount) - COALESCE(max(n.reduction), 0), 0) AS due
    FROM {_ROWS.format(table="villages_rent")} AND n.charge = 'rent'
    GROUP BY g.code, n.contract_no, n.due_on
)
SELECT left(code, %(length)s),
    COALESCE(sum(due) FILTER (WHERE extract(year FROM due_on) = %(year)s), 0),
    COALESCE(sum(received) FILTER (WHERE extract(year FROM due_on) = %(year)s), 0),
    COALESCE(sum(GREATEST(due - received, 0)) FILTER (WHERE due_on < %(today)s), 0)
FROM dues GROUP BY 1
"""  # noqa: S608 # our own tables


@dataclass(frozen=True, kw_only=True)
class ThingsBelow:
    """One place below with what is registered there; nothing published where `count` is 0."""

    region: Region
    count: int = 0
    let: int = 0
    idle: int = 0
    occupied: int = 0


@dataclass(frozen=True, kw_only=True)
class LeasesBelow:
    """One place below with its contracts and this year's rent."""

    region: Region
    running: int = 0
    expired: int = 0
    due: words.Money | None = None
    received: words.Money | None = None
    owed: words.Money | None = None
    is_owed: bool = False
    # There are contracts, and of this year's rent not a word.
    is_silent: bool = False


def things(region: Region, slug: str) -> dict[str, Any]:
    """Gather how many assets or resources each place below has, how many idle; two queries."""
    found = _grouped(_THINGS.format(table=_TABLES[slug]), region, timezone.localdate())
    places = [
        ThingsBelow(region=place, count=row[0], let=row[1], idle=row[2], occupied=row[3])
        for place, row in _below(region, found, (0, 0, 0, 0))
    ]
    idle, occupied = sum(one.idle for one in places), sum(one.occupied for one in places)
    return {
        "places": places,
        "count": sum(one.count for one in places),
        "idle": idle,
        "occupied": occupied,
        "silent": sum(not one.count for one in places),
        "offices": offices(region),
    }


def leases(region: Region) -> dict[str, Any]:
    """Gather contracts, this year's rent and arrears of each place below; three queries."""
    today = timezone.localdate()
    contracts = _grouped(_LEASES, region, today)
    rents = _grouped(_RENTS, region, today)
    zero = (Decimal(0), Decimal(0), Decimal(0))
    rows = [(place, row, rents.get(_code(place), zero)) for place, row in _below(region, contracts, (0, 0))]
    sums = [sum((row[2][at] for row in rows), Decimal(0)) for at in range(3)]
    figures = words.in_one_unit([*sums, *(amount for row in rows for amount in row[2])])
    return {
        "year": today.year,
        "due": figures[0],
        "received": figures[1],
        "owed": figures[2],
        "is_owed": bool(sums[2]),
        "running": sum(row[1][0] for row in rows),
        "expired": sum(row[1][1] for row in rows),
        "silent": sum(bool(row[1][0]) and not any(row[2]) for row in rows),
        "owing": sum(bool(row[2][2]) for row in rows),
        "places": [
            LeasesBelow(
                region=place,
                running=counts[0],
                expired=counts[1],
                due=figures[3 + 3 * at] if _code(place) in contracts or any(amounts) else None,
                received=figures[4 + 3 * at],
                owed=figures[5 + 3 * at],
                is_owed=bool(amounts[2]),
                is_silent=bool(counts[0]) and not any(amounts),
            )
            for at, (place, counts, amounts) in enumerate(rows)
        ],
        "offices": offices(region),
    }


def _grouped(statement: str, region: Region, today: date) -> dict[str, tuple[Any, ...]]:
    """Return figures by the digits that tell the places right below apart; one query."""
    told: dict[str, str | int | date] = {
        "prefix": region.prefix,
        "length": PREFIX_LENGTH[_BELOW[region.level]],
        "today": today,
        "year": today.year,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _below(
    region: Region, found: dict[str, tuple[Any, ...]], nothing: tuple[int, ...]
) -> list[tuple[Region, tuple[Any, ...]]]:
    """Return the places right below that exist today or hold something, by code; one query."""
    today = timezone.localdate()
    places = Region.objects.filter(parent=region).order_by("code")
    return [
        (place, found.get(_code(place), nothing))
        for place in places
        if _code(place) in found or place.end_on is None or place.end_on > today
    ]


def _code(place: Region) -> str:
    return place.prefix
