"""What one search found, gathered for the page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from portal.pages import words
from portal.places.models import Level, Region
from portal.releases import registry
from portal.releases.registry import Disclosure
from portal.search import places, rows
from portal.search.asked import Asked

PLACES = "places"
_FIRST = 8


@dataclass(frozen=True, kw_only=True)
class Found:
    """One line: a title in three parts (before, what was asked for, after), where it leads, what it says."""

    title: tuple[str, str, str]
    href: str
    detail: str
    figure: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """What was found of one kind: the lines of this page, and how many there are."""

    kind: str
    title: str
    lines: list[Found]
    count: int
    more: str = ""
    next: str = ""

    @property
    def how_many(self) -> str:
        """The number, as far as anybody counted."""
        return f"{rows.MOST} 多" if self.count > rows.MOST else str(self.count)


@dataclass(frozen=True, kw_only=True)
class Facet:
    """One way to narrow."""

    href: str
    word: str
    how_many: str
    is_current: bool


@dataclass(kw_only=True)
class Results:
    """Everything the page shows."""

    namesakes: list[Found] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    where: list[Facet] = field(default_factory=list)
    what: list[Facet] = field(default_factory=list)
    searched_names: bool = False

    @property
    def count(self) -> int:
        """How many lines were found, as far as anybody counted."""
        return sum(section.count for section in self.sections)


def search(asked: Asked, region: Region | None, *, today: date) -> Results:
    """Find places, masters city-wide, and persons where `region` is a township or village.

    At most seven queries: places, one for each kind that declares fields, the township's villages,
    persons, what they were paid for, and the key a later page begins behind.
    """
    results = Results()
    county = region if region is not None and region.level == Level.COUNTY else None
    if not asked.after:
        found = places.found(asked.joined, today=today, county=county)
        same = places.namesakes(found, asked.joined)
        results.namesakes = [_place(place, asked) for place in same]
        rest = [place for place in found if place not in same]
        results.sections.append(
            _section(PLACES, "地方", [_place(place, asked) for place in rest], asked, count=len(found))
        )
        for kind in registry.kinds():
            if kind.search_fields:
                hits = rows.masters(kind, asked.words, county=county or _county_of(region))
                lines = [_master(kind, row, asked) for row in hits]
                results.sections.append(_section(kind.code, kind.title, lines, asked))
        results.where = _where(asked, region, found)
    if region is not None:
        _search_names(results, asked, region)
    if not asked.after:
        results.what = _what(asked, results.sections)
    if asked.kind:
        results.sections = [section for section in results.sections if section.kind == asked.kind]
        if asked.kind != PLACES:
            results.namesakes = []
    return results


def _county_of(region: Region | None) -> Region | None:
    if region is None:
        return None
    return next((above for above in [*region.ancestors, region] if above.level == Level.COUNTY), None)


def _search_names(results: Results, asked: Asked, region: Region) -> None:
    inside = rows.places_to_search(region)
    if not inside:
        return
    results.searched_names = True
    for kind in registry.kinds():
        if kind.name_field:
            hits = rows.persons(kind, asked.joined, inside, after=asked.after)
            shown = hits[: rows.PAGE if asked.kind else _FIRST]
            titles = _subjects(kind, shown)
            section = _section(
                kind.code,
                "领补贴的人" if kind.section == "subsidies" else kind.title,
                [_person(kind, row, asked, titles, inside[row.region_id]) for row in shown],
                asked,
                count=len(hits),
                last=str(shown[-1].pk) if shown else "",
            )
            results.sections.insert(0, section)


def _subjects(kind: Disclosure, shown: list[Any]) -> dict[str, str]:
    if not (shown and kind.subject and kind.subject_titles):
        return {}
    return kind.subject_titles(shown[0].county, {getattr(row, kind.subject) for row in shown})


def _section(
    code: str, title: str, lines: list[Found], asked: Asked, *, count: int | None = None, last: str = ""
) -> Section:
    """Cut the lines to what the page shows: a few of each kind, or a page of the one asked for."""
    total = len(lines) if count is None else count
    most = rows.PAGE if asked.kind == code and last else (rows.MOST if asked.kind == code else _FIRST)
    is_more = total > most
    return Section(
        kind=code,
        title=title,
        lines=lines[:most],
        count=total,
        more=asked.address(kind=code) if is_more and asked.kind != code else "",
        next=f"{asked.address(kind=code)}&after={last}" if is_more and asked.kind == code and last else "",
    )


def _marked(title: str, asked: Asked) -> tuple[str, str, str]:
    for word in [asked.joined, *asked.words]:
        before, hit, after = title.partition(word)
        if hit:
            return before, hit, after
    return title, "", ""


def _place(place: Region, asked: Asked) -> Found:
    above = " ".join(one.short_name for one in place.ancestors if one.level != Level.CITY)
    return Found(
        title=_marked(f"{above} {place.short_name}".strip(), asked),
        href=place.get_absolute_url(),
        detail="" if place.level == Level.VILLAGE else f"{place.get_level_display()}",
    )


def _master(kind: Disclosure, row: Any, asked: Asked) -> Found:
    return Found(
        title=_marked(str(row), asked),
        href=kind.address(row) if kind.address else row.get_absolute_url(),
        detail=row.region.short_name,
    )


def _person(kind: Disclosure, row: Any, asked: Asked, titles: dict[str, str], place: Region) -> Found:
    subject = getattr(row, kind.subject) if kind.subject else ""
    when = words.period(row.start_on, row.end_on) if hasattr(row, "start_on") else ""
    parts = [titles.get(subject, ""), place.short_name, when]
    return Found(
        title=_marked(getattr(row, kind.name_field), asked),
        href=reverse("pages:row", args=[kind.code, row.pk]),
        detail=" · ".join(filter(None, parts)),
        figure=words.yuan(getattr(row, kind.amount)) if kind.amount else "",
    )


def _where(asked: Asked, region: Region | None, found: list[Region]) -> list[Facet]:
    """Return the counties that hold places of that name, and the way back to the whole city."""
    counted: Counter[Region] = Counter() if region else places.by_county(found)
    if region is None and len(counted) < 2:
        return []
    whole = Facet(
        href=asked.address(region="", kind=""),
        word="全市",
        how_many=_bounded(len(found)) if not region else "",
        is_current=region is None,
    )
    own = [] if region is None else [_here(asked, above, region) for above in [*region.ancestors[1:], region]]
    return [
        whole,
        *own,
        *(
            Facet(
                href=asked.address(region=place.code, kind=""),
                word=place.short_name,
                how_many=_bounded(number),
                is_current=False,
            )
            for place, number in counted.most_common()
        ),
    ]


def _here(asked: Asked, place: Region, region: Region) -> Facet:
    return Facet(
        href=asked.address(region=place.code, kind=""),
        word=place.short_name,
        how_many="",
        is_current=place == region,
    )


def _what(asked: Asked, sections: Iterable[Section]) -> list[Facet]:
    held = [section for section in sections if section.count]
    if len(held) < 2 and not asked.kind:
        return []
    counts: defaultdict[str, int] = defaultdict(int)
    for section in held:
        counts[section.kind] += section.count
    everything = Facet(
        href=asked.address(kind=""),
        word="全部",
        how_many=_bounded(sum(counts.values())),
        is_current=not asked.kind,
    )
    return [
        everything,
        *(
            Facet(
                href=asked.address(kind=section.kind),
                word=section.title,
                how_many=_bounded(section.count),
                is_current=asked.kind == section.kind,
            )
            for section in held
        ),
    ]


def _bounded(number: int) -> str:
    return f"{rows.MOST} 多" if number > rows.MOST else str(number)
