"""Public notices of a place, those above it that it should know of, and lists posted before they are paid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import ExtractYear

from funds.models import Notice
from portal.catalogue.models import CatalogueItem
from portal.pages import words
from portal.pages.asked import DayKey, address, period_word
from portal.pages.windows import Window, counted_window, told_window
from portal.places.models import Region
from portal.releases import registry
from portal.releases.models import DisclosedRowQuerySet, Stage, Total
from portal.workdays.arithmetic import Calendar

PAGE = 20
ABOVE = 5
# A window counted from its item cannot be longer ago than this and still be open.
_LONGEST = timedelta(days=90)
_MOST_OPEN = 50
_MOST_POSTED = 60


@dataclass(frozen=True, kw_only=True)
class Line:
    """A notice in a list, with its window where it has one."""

    row: Notice
    window: Window | None


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A list of payments that is posted before it is paid, as it shows in a place."""

    title: str
    href: str
    office: str
    rows: int
    period: str
    posted_on: date
    window: Window | None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One choice of a filter with how many notices it has."""

    value: str
    word: str
    count: int


def of(region: Region) -> DisclosedRowQuerySet:
    """Return the public notices of a place itself, newest first."""
    rows: DisclosedRowQuerySet = Notice.objects.listed().filter(region=region)
    return rows.select_related("release__item").order_by("-issued_on", "-pk")


def above(region: Region) -> list[Region]:
    """Return the places above a place, nearest first."""
    found = []
    place = region.parent
    while place is not None:
        found.append(place)
        place = place.parent
    return found


def page_of(rows: DisclosedRowQuerySet, after: DayKey | None) -> list[Notice]:
    """Return the notices behind a key, one more than a page."""
    if after is not None:
        day, row_id = after
        rows = rows.filter(Q(issued_on__lt=day) | Q(issued_on=day, pk__lt=row_id))
    return list(rows[: PAGE + 1])


def newest_above(region: Region) -> list[Notice]:
    """Return the newest notices of the places above; one query."""
    places = above(region)
    if not places:
        return []
    rows = Notice.objects.listed().filter(region__in=places).select_related("region", "release__item")
    return list(rows.order_by("-issued_on", "-pk")[:ABOVE])


def open_notices(region: Region, calendar: Calendar, *, today: date) -> list[Line]:
    """Return the notices of a place and of those above it whose window is open today; one query."""
    rows = (
        Notice.objects.listed()
        .filter(region__in=[region, *above(region)])
        .filter(
            Q(window_end_on__gte=today, window_start_on__lte=today)
            | Q(
                window_end_on=None,
                release__item__window_days__gt=0,
                release__published_on__gte=today - _LONGEST,
            )
        )
        .select_related("region", "release__item")
        .order_by(F("window_end_on").asc(nulls_last=True), "pk")
    )
    lines = [Line(row=row, window=window_of(row, calendar, today=today)) for row in rows[:_MOST_OPEN]]
    return sorted(
        (line for line in lines if line.window and line.window.is_open),
        key=lambda line: (line.row.region_id != region.pk, line.window and line.window.end_on),
    )


def window_of(row: Notice, calendar: Calendar, *, today: date) -> Window | None:
    """Return the window that a notice tells, or that its item asks for; None where it has none."""
    if row.window_start_on and row.window_end_on:
        return told_window(row.window_start_on, row.window_end_on, today=today)
    posted_on = row.release.published_on
    return counted_window(posted_on, row.release.item, calendar, today=today) if posted_on else None


def years(region: Region) -> list[int]:
    """Return the years that have notices, newest first; one query."""
    found = Notice.objects.listed().filter(region=region).annotate(year=ExtractYear("issued_on"))
    return sorted(found.values_list("year", flat=True).distinct(), reverse=True)


def items(region: Region, year: int | None) -> list[Choice]:
    """Return the items that a place has notices of (in a year), most first; one query."""
    rows = Notice.objects.listed().filter(region=region)
    if year is not None:
        rows = rows.filter(issued_on__year=year)
    found = rows.values(code=F("release__item__code"), name=F("release__item__name")).annotate(
        number=Count("pk")
    )
    return [
        Choice(value=row["code"], word=row["name"], count=row["number"])
        for row in found.order_by("-number", "code")
    ]


def promised(region: Region) -> list[CatalogueItem]:
    """Return what the catalogue says a place of this level has to tell; one query."""
    wanted = CatalogueItem.objects.filter(
        kind__in=["notices", "decisions"], level=region.level, is_active=True
    )
    return list(wanted.order_by("pk"))


def posted_lists(region: Region, calendar: Calendar, *, today: date) -> list[Posted]:
    """Return the lists of payments posted in a place, those still open first; one query and one per kind."""
    found = list(
        Total.objects.public()
        .filter(region=region, release__stage=Stage.POSTED, release__corrects=None)
        .values(
            "release_id",
            "kind",
            "subject",
            "start_on",
            "end_on",
            office=F("release__body__name"),
            posted_on=F("release__published_on"),
            item=F("release__item_id"),
        )
        .annotate(rows=Sum("row_count"))
        .filter(rows__gt=0)
        .order_by("-posted_on", "release_id", "subject")[:_MOST_POSTED]
    )
    if not found:
        return []
    items = CatalogueItem.objects.in_bulk({row["item"] for row in found})
    subjects: defaultdict[str, set[str]] = defaultdict(set)
    for row in found:
        subjects[row["kind"]].add(row["subject"])
    titles = {code: _titles(region, code, wanted) for code, wanted in subjects.items()}
    lists = []
    for row in found:
        item = items[row["item"]]
        lists.append(
            Posted(
                title=titles[row["kind"]].get(row["subject"], "") or item.name,
                href=address(
                    f"{region.get_absolute_url()}{registry.kind(row['kind']).section}/",
                    programme=row["subject"],
                    period=period_word(row["start_on"], row["end_on"]),
                    stage="notice",
                ),
                office=row["office"],
                rows=row["rows"],
                period=words.period(row["start_on"], row["end_on"]),
                posted_on=row["posted_on"],
                window=counted_window(row["posted_on"], item, calendar, today=today),
            )
        )
    return sorted(lists, key=lambda one: not (one.window and one.window.is_open))


def _titles(region: Region, code: str, subjects: set[str]) -> dict[str, str]:
    entry = registry.kind(code)
    return entry.subject_titles(region.county_code, subjects) if entry.subject_titles else {}


def counts_below(region: Region) -> dict[int, dict[str, int]]:
    """Return how many notices and decisions each place right below has, with all below it; one query."""
    found = (
        Total.objects.public()
        .filter(region__parent=region, kind__in=["notices", "decisions"])
        .values("region_id", "kind")
        .annotate(rows=Sum("row_count"))
    )
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for row in found:
        counts[row["region_id"]][row["kind"]] = row["rows"]
    return counts
