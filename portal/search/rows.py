"""Disclosed rows by their public texts: masters city-wide, persons inside one township or village.

Only the public rendering is ever compared, so that a full name cannot find a masked line.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from portal.places.models import Level, Region
from portal.releases.registry import Disclosure

# Counts are told up to here; nobody reads further, and a common surname must cost no more than a rare one.
MOST = 100
PAGE = 20


def masters(kind: Disclosure, words: list[str], *, county: Region | None) -> list[Any]:
    """Return public rows of which every word is found in some declared field; at most one over MOST."""
    rows = kind.model._default_manager.public().select_related("region")
    for word in words:
        held = Q()
        for field in kind.search_fields:
            held |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(held)
    if county is not None:
        rows = rows.filter(county__in=[county.code[:4] + "00", county.county_code])
    return list(rows.order_by("county", "-id")[: MOST + 1])


# The names first, from the index alone, then the rows of these names only: filtering while reading rows
# would fetch every row of a township for a rare name (measured: 58 ms instead of 9 at 75,000 rows).
_PERSONS = """
WITH names AS MATERIALIZED (
    SELECT DISTINCT region_id, {name} AS name FROM {table}
    WHERE region_id = ANY (%(places)s::bigint[]) AND {name} LIKE %(pattern)s {from_here} ORDER BY 1, 2
)
SELECT {columns} FROM names n
JOIN {table} p ON p.region_id = n.region_id AND p.{name} = n.name
JOIN releases_release r ON r.id = p.release_id AND r.state = 'published' AND r.names <> 'hidden'
WHERE NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id = p.id) {beyond}
ORDER BY n.region_id, n.name, p.id DESC LIMIT %(most)s
"""
_FROM_HERE = "AND (region_id, {name}) >= (%(last_place)s, %(last_name)s)"
_BEYOND = "AND ((n.region_id, n.name) > (%(last_place)s, %(last_name)s) OR p.id < %(last)s)"


def persons(kind: Disclosure, name: str, places: Collection[int], *, after: UUID | None = None) -> list[Any]:
    """Return public rows with that text in the public name, by place and name; at most one over MOST.

    `places` are the keys of one village or of a township's villages. None after an `after` that does
    not exist.
    """
    told = {"places": list(places), "pattern": f"%{_escaped(name)}%", "most": MOST + 1}
    if after is not None:
        last = kind.model._default_manager.filter(pk=after, region_id__in=list(places))
        key = last.values_list("region_id", kind.name_field).first()
        if key is None:
            return []
        told |= {"last_place": key[0], "last_name": key[1], "last": after}
    quoted = connection.ops.quote_name
    field = quoted(kind.name_field)
    columns = (f"p.{quoted(str(column.column))}" for column in kind.model._meta.concrete_fields)
    statement = _PERSONS.format(
        name=field,
        table=quoted(kind.model._meta.db_table),
        columns=", ".join(columns),
        from_here=_FROM_HERE.format(name=field) if after else "",
        beyond=_BEYOND if after else "",
    )
    return list(kind.model._default_manager.raw(statement, told))


def _escaped(text: str) -> str:
    """Return a text in which the signs of LIKE are letters."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def places_to_search(region: Region) -> dict[int, Region]:
    """Return the places in which names may be searched, by key; none above a township."""
    if region.level == Level.VILLAGE:
        return {region.pk: region}
    if region.level == Level.TOWNSHIP:
        return {place.pk: place for place in Region.objects.within(region).order_by("code")}
    return {}
