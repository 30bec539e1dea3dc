"""What a found place or row says on its line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.urls import reverse

from portal.pages import words
from portal.places.models import Level, Region
from portal.releases.registry import Disclosure
from portal.search.asked import Asked
from portal.search.groups import Group, Way
from portal.search.rows import Hit, Hits

Titler = Callable[[str, Collection[str]], dict[str, str]]
# Each asks the database once; kinds mostly share one. Further kinds' lines go without.
_MOST_TITLERS = 3


@dataclass(frozen=True, kw_only=True)
class Found:
    """One line: a title in three parts (before, what was asked for, after), where it leads, what it says."""

    title: tuple[str, str, str]
    href: str
    detail: str
    figure: str = ""


def of_place(place: Region, asked: Asked) -> Found:
    """Return a place with county and township before its name."""
    above = " ".join(one.short_name for one in place.ancestors if one.level != Level.CITY)
    return Found(
        title=_marked(f"{above} {place.short_name}".strip(), asked),
        href=place.get_absolute_url(),
        detail="" if place.level == Level.VILLAGE else f"{place.get_level_display()}",
    )


def of_rows(found: Sequence[tuple[Group, Hits]], asked: Asked, *, today: date) -> list[list[Found]]:
    """Return the lines of each group's rows; at most three queries, for what the subjects are called."""
    called = _subjects(
        [(group.kind, hit.row) for group, hits in found for hit in hits.rows if group.way.is_local]
    )
    lines = []
    for group, hits in found:
        make = _LINES[group.way]
        titles = called.get(group.kind.subject_titles, {}) if group.kind.subject_titles else {}
        lines.append([make(group.kind, hit, titles, asked, today) for hit in hits.rows])
    return lines


def _subjects(found: Sequence[tuple[Disclosure, Any]]) -> dict[Titler, dict[str, str]]:
    """Return what each subject is called, asked once of each titler; all rows are of one county."""
    wanted: defaultdict[Titler, set[str]] = defaultdict(set)
    county = ""
    for kind, row in found:
        if kind.subject and kind.subject_titles:
            wanted[kind.subject_titles].add(getattr(row, kind.subject))
            county = row.county
    return {titler: titler(county, asked) for titler, asked in islice(wanted.items(), _MOST_TITLERS)}


def _master(kind: Disclosure, hit: Hit, _titles: dict[str, str], asked: Asked, _today: date) -> Found:
    row = hit.row
    return Found(
        title=_marked(str(row), asked),
        href=kind.address(row) if kind.address else reverse("pages:row", args=[kind.code, row.pk]),
        detail=hit.place,
    )


def _named(kind: Disclosure, hit: Hit, titles: dict[str, str], asked: Asked, today: date) -> Found:
    """Return a row under the name it was found by."""
    about = kind.heading(hit.row) if kind.heading else ""
    parts = [_subject(kind, hit.row, titles), about, hit.place]
    return _line(kind, hit, getattr(hit.row, kind.name_field), parts, asked, today)


def _about(kind: Disclosure, hit: Hit, titles: dict[str, str], asked: Asked, today: date) -> Found:
    """Return a row under what it is about, with who was on the other side."""
    name = getattr(hit.row, kind.name_field) if kind.name_field else ""
    heading = kind.heading(hit.row) if kind.heading else str(hit.row)
    return _line(kind, hit, heading, [_subject(kind, hit.row, titles), name, hit.place], asked, today)


def _line(kind: Disclosure, hit: Hit, title: str, parts: list[str], asked: Asked, today: date) -> Found:
    row = hit.row
    papers = f"票据 {hit.papers} 份" if hit.papers else ""
    return Found(
        title=_marked(title, asked),
        href=reverse("pages:row", args=[kind.code, row.pk]),
        detail=" · ".join(filter(None, [*parts, _when(kind, row, today), papers])),
        figure=words.yuan(getattr(row, kind.amount)) if kind.amount else "",
    )


_LINES = {Way.MASTERS: _master, Way.NAMES: _named, Way.ROWS: _about}


def _subject(kind: Disclosure, row: Any, titles: dict[str, str]) -> str:
    return titles.get(getattr(row, kind.subject), "") if kind.subject else ""


def _when(kind: Disclosure, row: Any, today: date) -> str:
    if kind.happened_on:
        return words.day(getattr(row, kind.happened_on), today=today)
    return words.period(row.start_on, row.end_on) if hasattr(row, "start_on") else ""


def _marked(title: str, asked: Asked) -> tuple[str, str, str]:
    for word in [asked.joined, *asked.words]:
        before, hit, after = title.partition(word)
        if hit:
            return before, hit, after
    return title, "", ""
