"""The public ledger of reports: the figures that may be told.

Everything is counted by the year in which a report came in, for each office on its own; wider figures are
sums of what is told of the offices (see `suppression`). A report is open until it was finished for the first
time: one that was taken up again stays with its public result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Sum
from django.db.models.functions import ExtractMonth, ExtractYear

from complaints import states
from complaints.models import Escalation, Event, Inbox, Office, Result, Ticket
from complaints.results import suppression
from complaints.results.suppression import Cell, Released
from portal.places.models import Level, Region

Month = tuple[int, int]
# An office and a year.
Row = tuple[int, int]
# Any: the counts of one office and month, as the database names them.
Line = dict[str, Any]
_OPEN = [state.value for state in states.OPEN]
_MONTHS, _LAST_MONTHS = 12, 6


@dataclass(frozen=True, kw_only=True)
class OfficeYear:
    """What is told of the reports one office received in one year; those with a public result are exact."""

    released: Released[Month]
    public: int
    refused: int | None
    overdue: int | None
    rated: int
    unrated: int
    stars: int


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One month of the chart: with a public result, and open from three on (None: fewer, or none).

    `is_whole`: every office's open ones are in it.
    """

    year: int
    month: int
    public: int
    open: int | None
    is_whole: bool

    @property
    def total(self) -> int:
        """The height of the bar."""
        return self.public + (self.open or 0)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The told figures of some offices and years. Where not `is_exact`, `open` is what it is at least."""

    is_exact: bool
    open: int
    public: int
    quiet: int | None
    refused: int | None
    overdue: int | None
    is_overdue_exact: bool
    rated: int
    unrated: int
    mean: float | None
    bars: list[Bar] = field(default_factory=list)

    @property
    def received(self) -> int:
        """How many came in, or at least came in."""
        return self.public + (self.quiet or 0) + self.open

    @property
    def finished(self) -> int:
        """How many were finished, or at least were."""
        return self.public + (self.quiet or 0)

    @property
    def accepted(self) -> int | None:
        """How many of the finished were accepted, where that is told."""
        return None if self.refused is None else self.finished - self.refused


def offices_of(region: Region | None) -> list[Office]:
    """Return the offices whose figures belong to a place: its county's, everywhere all; one query."""
    offices = Office.objects.select_related("body__region").order_by("body__code")
    if region is None or region.level == Level.CITY:
        return list(offices)
    return list(offices.filter(body__region__code=region.county_code + "000000"))


def figures_of(offices: Iterable[Office], *, year: int | None, today: date) -> Figures:
    """Return what is told of some offices' reports of one year, or of all; one query over the tickets."""
    by_row: dict[Row, list[Line]] = {}
    keys = [office.pk for office in offices]
    for line in _counts(keys):
        by_row.setdefault((line["office"], line["year"]), []).append(line)
    return figures_from(by_row, year=year, today=today, offices=len(keys))


def figures_from(rows: Mapping[Row, list[Line]], *, year: int | None, today: date, offices: int) -> Figures:
    """Return what is told of counts by office and year, month by month (pure)."""
    told = [_told(at, lines, today) for (_, at), lines in rows.items() if year in {None, at}]
    public: Counter[Month] = Counter()
    for lines in rows.values():
        public.update({(line["year"], line["month"]): line["public"] for line in lines})
    return _sum(told, _bars(told, months_of(year, today), public, offices=offices))


def _counts(offices: list[int]) -> Iterable[Line]:
    mine = {"ticket": OuterRef("pk")}
    late = Escalation.objects.filter(
        **mine, level="public", round=OuterRef("round"), step=OuterRef("step"), due_no=OuterRef("due_no")
    )
    is_open = Q(state__in=_OPEN, round=1)
    quiet = ~is_open & Q(is_public=False)
    told = Ticket.objects.filter(office__in=offices).annotate(
        is_public=Exists(Result.objects.filter(**mine)),
        was_refused=Exists(Event.objects.filter(**mine, verb="refuse")),
        is_late=Exists(late),
        year=ExtractYear("received_on"),
        month=ExtractMonth("received_on"),
    )
    counted = told.values("office", "year", "month").annotate(
        open=Count("pk", filter=is_open),
        public=Count("pk", filter=Q(is_public=True)),
        quiet=Count("pk", filter=quiet),
        refused=Count("pk", filter=quiet & Q(was_refused=True)),
        overdue=Count("pk", filter=Q(state__in=_OPEN, is_late=True)),
        rated=Count("rating", filter=Q(is_public=True)),
        stars=Sum("rating", filter=Q(is_public=True), default=0),
    )
    return map(dict, counted)


def _told(year: int, lines: list[Line], today: date) -> OfficeYear:
    # Every month of the year up to now is a cell, so that a missing one tells nothing.
    last = today.month if year == today.year else _MONTHS
    cells = {(year, month): Cell() for month in range(1, last + 1)}
    cells |= {(year, line["month"]): Cell(line["open"], line["quiet"]) for line in lines}
    released = suppression.release(cells, is_over=year < today.year)
    sums: Counter[str] = Counter()
    for line in lines:
        sums.update({name: line[name] for name in ("public", "refused", "overdue", "rated", "stars")})
    quiet = released.quiet
    is_rated = sums["rated"] >= suppression.LEAST
    return OfficeYear(
        released=released,
        public=sums["public"],
        refused=None if quiet is None else suppression.split(quiet, sums["refused"]),
        overdue=suppression.part_of(sums["overdue"], whole=released.least),
        # Small numbers of ratings do not enter any sum, or a difference of two sums would tell them.
        rated=sums["rated"] if is_rated else 0,
        unrated=sums["public"] - sums["rated"] if is_rated else 0,
        stars=sums["stars"] if is_rated else 0,
    )


def _bars(told: list[OfficeYear], months: list[Month], public: Counter[Month], *, offices: int) -> list[Bar]:
    """Return the months of the chart; `public` counts the reports with a public result by month received."""
    shown = [(month, count) for one in told for month, count in one.released.shown.items()]
    counts, showing = Counter[Month](), Counter(month for month, _ in shown)
    for month, count in shown:
        counts[month] += count
    return [
        Bar(
            year=month[0],
            month=month[1],
            public=public[month],
            open=counts[month] or None,
            is_whole=showing[month] == offices,
        )
        for month in months
    ]


def _sum(told: list[OfficeYear], bars: list[Bar]) -> Figures:
    """Return the sum of what is told."""
    is_exact = all(one.released.is_exact for one in told)
    rated = sum(one.rated for one in told)
    overdue = [one.overdue for one in told if one.overdue is not None]
    return Figures(
        is_exact=is_exact,
        open=sum(one.released.least for one in told),
        public=sum(one.public for one in told),
        quiet=sum(one.released.quiet or 0 for one in told) if is_exact else None,
        refused=_sum_of_all(one.refused for one in told) if is_exact else None,
        overdue=sum(overdue) if overdue else None,
        is_overdue_exact=len(overdue) == len(told),
        rated=rated,
        unrated=sum(one.unrated for one in told),
        mean=suppression.mean(sum(one.stars for one in told), rated),
        bars=bars,
    )


def _sum_of_all(parts: Iterable[int | None]) -> int | None:
    known = list(parts)
    return None if not known or None in known else sum(part for part in known if part is not None)


def months_of(year: int | None, today: date) -> list[Month]:
    """Return the months a chart shows: those of a year up to now, else the last six."""
    if year is not None:
        return [(year, month) for month in range(1, (today.month if year == today.year else _MONTHS) + 1)]
    now = today.year * _MONTHS + today.month - 1
    return [(at // _MONTHS, at % _MONTHS + 1) for at in range(now - _LAST_MONTHS + 1, now + 1)]


def logged() -> tuple[int, date | None]:
    """Return how many received reports the public log tells of, and up to which week's Monday; one query."""
    told = Inbox.objects.aggregate(count=Sum("count", default=0), last=Max("week_on"))
    return told["count"], told["last"]
