"""Published results as the public finds them: by place, topic, track, conclusion and year, page by page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractYear, Left
from django.http import QueryDict

from complaints.models import Outcome, Result, Topic
from complaints.models.ticket import TRACKS
from portal.pages import asked as addresses
from portal.pages.errors import UnreadableError
from portal.places.models import Level, Region

PATH = "/tickets/"
PAGE = 20
_CODE = re.compile(r"[0-9]{12}")
_YEAR = re.compile(r"20[0-9]{2}")
_AFTER = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})_([0-9a-f]{32})")
_NARROWER = {Level.CITY: 6, Level.COUNTY: 9, Level.TOWNSHIP: 12}
_CHOICES = {"topic": dict(Topic.choices), "track": dict(TRACKS), "outcome": dict(Outcome.choices)}
_TITLES = {"topic": "什么事", "track": "哪一类", "outcome": "结论"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A read query string; `after` is the day and id of the last result of the page before."""

    region: str = ""
    topic: str = ""
    track: str = ""
    outcome: str = ""
    year: int | None = None
    after: tuple[date, UUID] | None = None

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Read a query string; what it does not know it ignores.

        Raises:
            UnreadableError: a part it knows cannot be read.
        """
        try:
            chosen = {name: _one_of(query.get(name, ""), _CHOICES[name]) for name in _CHOICES}
            year = _shaped(query.get("year", ""), _YEAR)
            return cls(
                region=_shaped(query.get("region", ""), _CODE),
                year=int(year) if year else None,
                after=_after(query.get("after", "")),
                **chosen,
            )
        except ValueError as error:
            raise UnreadableError(
                "网址里有一段不对", line="可能抄漏了，从头再选一次。", href=PATH, word="看全部"
            ) from error

    def address(self, **changes: Any) -> str:  # Any: each field's own type
        """Return the address of this, changed, from the first page on unless `after` is given."""
        told = replace(self, **{"after": None, **changes})
        after = f"{told.after[0].isoformat()}_{told.after[1].hex}" if told.after else ""
        return addresses.address(
            PATH,
            region=told.region,
            topic=told.topic,
            track=told.track,
            outcome=told.outcome,
            year=told.year or 0,
            after=after,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether only some of a place's results are asked for."""
        return bool(self.topic or self.track or self.outcome)


def _shaped(word: str, shape: re.Pattern[str]) -> str:
    if word and not shape.fullmatch(word):
        raise ValueError
    return word


def _one_of(word: str, known: dict[str, str]) -> str:
    if word and word not in known:
        raise ValueError
    return word


def _after(word: str) -> tuple[date, UUID] | None:
    if not word:
        return None
    match = _AFTER.fullmatch(word)
    if match is None:
        raise ValueError
    return date.fromisoformat(match[1]), UUID(hex=match[2])


@dataclass(frozen=True, kw_only=True)
class Facet:
    """One way to narrow; `how_many` results it leads to."""

    href: str
    word: str
    how_many: int
    is_current: bool = False


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """Ways to narrow under one heading."""

    label: str
    facets: list[Facet]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Results alike in everything they are counted by."""

    topic: str
    track: str
    outcome: str
    year: int
    was_in_time: bool
    is_again: bool
    count: int

    def fits(self, asked: Asked, *, but: str = "") -> bool:
        """Return whether these are asked for, one word of the question set aside."""
        wanted = (name for name in ("topic", "track", "outcome", "year") if name != but)
        return all(getattr(asked, name) in {"", None, getattr(self, name)} for name in wanted)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The results asked for, counted: all, in time, after having been taken up again, by conclusion."""

    all: int
    in_time: int
    again: int
    outcomes: list[tuple[str, int]]


def public() -> QuerySet[Result]:
    """Return the results that are in the public log, with all that a page shows of them joined."""
    logged = Result.objects.filter(index__isnull=False)
    return logged.select_related("office__body", "region__parent__parent__parent")


def within(region: Region | None) -> QuerySet[Result]:
    """Return the results of a place and everything below it, newest first."""
    found = public()
    return found if region is None else found.filter(region__code__startswith=region.prefix)


def wanted(asked: Asked, region: Region | None) -> QuerySet[Result]:
    """Return the results asked for, newest first."""
    given = {name: getattr(asked, name) for name in _CHOICES if getattr(asked, name)}
    found = within(region).filter(**given)
    return found.filter(ticket__received_on__year=asked.year) if asked.year else found


def page_of(asked: Asked, region: Region | None) -> tuple[list[Result], str]:
    """Return one page of results, and the address of the next page where there is one; one query."""
    found = wanted(asked, region)
    if asked.after:
        day, last = asked.after
        found = found.filter(Q(published_on__lt=day) | Q(published_on=day, id__gt=last))
    results = list(found.order_by("-published_on", "id")[: PAGE + 1])
    if len(results) <= PAGE:
        return results, ""
    kept = results[:PAGE]
    return kept, asked.address(after=(kept[-1].published_on, kept[-1].pk))


def groups(region: Region | None) -> list[Group]:
    """Return a place's results counted by all that they can be narrowed by; one query."""
    found = (
        within(region)
        .select_related(None)
        .order_by()
        .annotate(year=ExtractYear("ticket__received_on"), is_again=Q(round__gt=1))
        .values("topic", "track", "outcome", "year", "was_in_time", "is_again")
        .annotate(count=Count("pk"))
    )
    return [Group(**line) for line in found]


def counted(found: list[Group], asked: Asked) -> Counted:
    """Return the counts of the results asked for."""
    mine = [group for group in found if group.fits(asked)]
    by_outcome = _counts(mine, lambda group: group.outcome)
    return Counted(
        all=sum(group.count for group in mine),
        in_time=sum(group.count for group in mine if group.was_in_time),
        again=sum(group.count for group in mine if group.is_again),
        outcomes=[(label, by_outcome[value]) for value, label in Outcome.choices],
    )


def narrowings(found: list[Group], asked: Asked) -> list[Narrowing]:
    """Return the ways to narrow by topic, track, conclusion and year, those with results."""
    return [
        Narrowing(label=_TITLES[name], facets=list(_facets(found, asked, name, _CHOICES[name])))
        for name in _CHOICES
    ] + [Narrowing(label="哪一年收到的", facets=list(_facets(found, asked, "year", _years(found))))]


def _years(found: list[Group]) -> dict[Any, str]:
    return {year: f"{year}年" for year in sorted({group.year for group in found}, reverse=True)}


def _facets(found: list[Group], asked: Asked, name: str, labels: dict[Any, str]) -> Iterator[Facet]:
    now = getattr(asked, name)
    counts = _counts(
        [group for group in found if group.fits(asked, but=name)], lambda one: getattr(one, name)
    )
    if now:
        yield Facet(
            href=asked.address(**{name: None if name == "year" else ""}), word="全部", how_many=counts.total()
        )
    for value, label in labels.items():
        if counts[value] or value == now:
            yield Facet(
                href=asked.address(**{name: value}),
                word=label,
                how_many=counts[value],
                is_current=value == now,
            )


def _counts(found: list[Group], key: Callable[[Group], Any]) -> Counter[Any]:
    counts: Counter[Any] = Counter()
    for group in found:
        counts[key(group)] += group.count
    return counts


def places(asked: Asked, region: Region | None) -> Narrowing:
    """Return the places one step narrower that have results; two queries."""
    level = Level(region.level) if region else Level.CITY
    width = _NARROWER.get(level)
    facets: list[Facet] = []
    if width:
        found = (
            wanted(asked, region)
            .select_related(None)
            .order_by()
            .annotate(part=Left("region__code", width))
            .values("part")
            .annotate(count=Count("pk"))
        )
        counts = {line["part"].ljust(12, "0"): line["count"] for line in found}
        own = region.code if region else ""
        facets = [
            Facet(href=asked.address(region=place.code), word=place.short_name, how_many=counts[place.code])
            for place in Region.objects.filter(code__in=counts).exclude(code=own).order_by("code")
        ]
    return Narrowing(label="哪里", facets=facets)
