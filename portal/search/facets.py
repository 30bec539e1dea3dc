"""Ways to narrow what was found: to a place, to a section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from portal.places.models import Level, Region
from portal.search import places, rows
from portal.search.asked import Asked


@dataclass(frozen=True, kw_only=True)
class Facet:
    """One way to narrow."""

    href: str
    word: str
    how_many: str = ""
    is_current: bool = False


def bounded(number: int) -> str:
    """Return a number as far as anybody counted."""
    return f"{rows.MOST} 多" if number > rows.MOST else str(number)


def below(region: Region | None, *, today: date) -> list[Region]:
    """Return the places one step narrower than the city, a county or a township; one query."""
    held = Region.objects.current(today).order_by("code")
    return list(held.filter(parent=region) if region else held.filter(level=Level.COUNTY))


def where(
    asked: Asked, region: Region | None, narrower: Iterable[Region], counted: Counter[int], *, whole: str = ""
) -> list[Facet]:
    """Return the way up to the whole city and the places one step narrower, those that hold something first.

    `counted` tells by key how much a place holds, as far as anybody knows.
    """
    above = [] if region is None else [*region.ancestors[1:], region]
    return [
        Facet(href=asked.address(region="", kind=""), word="全市", how_many=whole, is_current=region is None),
        *(_to(asked, place, is_current=place == region) for place in above),
        *(
            _to(asked, place, how_many=str(counted[place.pk]) if counted[place.pk] else "")
            for place in sorted(narrower, key=lambda place: -counted[place.pk])
        ),
    ]


def counties(found: Sequence[Region]) -> Counter[int]:
    """Return by key how many places of that name each county holds; nothing where not all were read."""
    if len(found) > places.MOST:
        return Counter()
    return Counter({place.pk: number for place, number in places.by_county(list(found)).items()})


def what(asked: Asked, held: Sequence[tuple[str, str, int]]) -> list[Facet]:
    """Return all sections that found something, each with its key, title and number."""
    if len(held) < 2 and not asked.kind:
        return []
    everything = Facet(
        href=asked.address(kind=""),
        word="全部",
        how_many=bounded(sum(number for *_, number in held)),
        is_current=not asked.kind,
    )
    return [
        everything,
        *(
            Facet(
                href=asked.address(kind=key),
                word=title,
                how_many=bounded(number),
                is_current=asked.kind == key,
            )
            for key, title, number in held
        ),
    ]


def papers(asked: Asked) -> list[Facet]:
    """Return the choice between all rows and those with documents."""
    return [
        Facet(href=asked.address(papers=""), word="全部", is_current=not asked.papers),
        Facet(href=asked.address(papers="1"), word="有票据的", is_current=asked.papers),
    ]


def _to(asked: Asked, place: Region, *, how_many: str = "", is_current: bool = False) -> Facet:
    return Facet(
        href=asked.address(region=place.code, kind=""),
        word=place.short_name,
        how_many=how_many,
        is_current=is_current,
    )
