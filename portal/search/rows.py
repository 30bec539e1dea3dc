"""Disclosed rows by their public texts: masters city-wide, the rest inside one township or village."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from portal.places.models import Level, Region
from portal.releases.models import DisclosedRow
from portal.search import statement
from portal.search.groups import Group
from portal.search.statement import Terms

# Counts are told up to here; nobody reads further, and a common surname must cost no more than a rare one.
MOST = 100
PAGE = 20


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How many rows of a group are shown, and the row they begin behind."""

    group: Group
    shown: int
    after: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A row, the name of its place, and how many documents can be seen behind it."""

    row: Any
    place: str
    papers: int


@dataclass(kw_only=True)
class Hits:
    """What was found of a group: the first rows, and how many in all.

    A count over MOST means more. `regions` are the places of all that were counted.
    """

    rows: list[Hit] = field(default_factory=list)
    count: int = 0
    regions: list[int] = field(default_factory=list)


def find(wanted: Sequence[Wanted], terms: Terms) -> list[Hits]:
    """Return what was found of each group, in that order; one query for all, one more for an `after`.

    Nothing behind an `after` that does not exist in the places searched.
    """
    parts: list[statement.Piece] = []
    found = [Hits() for _ in wanted]
    for number, one in enumerate(wanted):
        last = _key(one.group, one.after, terms) if one.after else ()
        if last is not None:
            piece = statement.part(number, one.group, terms, most=MOST + 1, shown=one.shown, last=last)
            parts.append(piece)
    if not parts:
        return found
    union = "\nUNION ALL\n".join(piece.sql for piece in parts)
    given: list[Any] = [value for piece in parts for value in piece.given]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({union}) found ORDER BY part, _number", given)  # noqa: S608  our names
        for number, _, count, regions, place, papers, told in cursor.fetchall():
            hits = found[number]
            hits.count, hits.regions = count, regions
            row = _row(wanted[number].group.kind.model, told)
            hits.rows.append(Hit(row=row, place=place, papers=papers))
    return found


def _key(group: Group, after: UUID, terms: Terms) -> tuple[Any, ...] | None:
    """Return where the row stands in its group's order; None where it is in none of the places."""
    names = [column.removesuffix(" DESC").strip('"') for column in statement.order(group)]
    held = group.kind.model._default_manager.filter(pk=after, region_id__in=list(terms.places))
    return held.values_list(*names).first()


def _row(model: type[DisclosedRow], told: str) -> Any:
    """Return a row from what the statement told of it."""
    values = json.loads(told, parse_float=Decimal)
    fields = statement.told_fields(model)
    return model.from_db(
        connection.alias,
        [one.attname for one in fields],
        [one.to_python(values[str(one.column)]) for one in fields],
    )


def places_to_search(region: Region) -> dict[int, Region]:
    """Return the places in which names and rows may be searched, by key; none above a township."""
    if region.level == Level.VILLAGE:
        return {region.pk: region}
    if region.level == Level.TOWNSHIP:
        return {place.pk: place for place in Region.objects.within(region).order_by("code")}
    return {}
