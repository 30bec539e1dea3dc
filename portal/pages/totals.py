"""What was disclosed in a place, from the totals that publishing wrote; no row is summed on request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import F, Max, Q, Sum
from django.db.models.functions import ExtractYear

from portal.catalogue.models import NamesPolicy
from portal.pages import words
from portal.places.models import Region
from portal.releases import registry
from portal.releases.models import Stage, Total
from portal.releases.models.total import TotalQuerySet

# A sum over fewer lines than this would tell one person's amount where the policy hides names.
FEWEST_HIDDEN = 3
_HIDDEN = Q(release__names=NamesPolicy.HIDDEN)
# A place sees some twenty programmes a year, at most monthly; the bound keeps a page a page.
MOST_GROUPS = 600
NEWEST = 5


@dataclass(frozen=True, kw_only=True)
class Group:
    """What one programme came to in one place and period; `amount` is None where it may not be told."""

    kind: str
    subject: str
    title: str
    start_on: date
    end_on: date
    paid_on: date | None
    published_on: date
    rows: int
    amount: Decimal | None
    is_hidden: bool
    # The list is posted for objections; nothing was paid yet.
    is_posted: bool = False
    periods: int = 1

    @property
    def period(self) -> str:
        """The everyday name of the period."""
        return words.period(self.start_on, self.end_on)


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Lines and yuan of a place in a year; `amount` is None where it may not be told."""

    year: int
    rows: int
    amount: Decimal | None


@dataclass(frozen=True, kw_only=True)
class News:
    """One release as it shows in a place: what, of whom, for when, and how much of it lies here."""

    title: str
    office: str
    start_on: date
    end_on: date
    published_on: date
    rows: int
    amount: Decimal | None
    is_correction: bool
    # Too few persons for a sum; a sum over income and expense is left out without being hidden.
    is_hidden: bool = False

    @property
    def period(self) -> str:
        """The everyday name of the period."""
        return words.period(self.start_on, self.end_on)


def open_kinds(section: str = "") -> list[str]:
    """Return the codes of the kinds that stand in a section (in any, without one)."""
    kinds = (kind for kind in registry.kinds() if kind.section)
    return [kind.code for kind in kinds if section in {"", kind.section}]


def groups(
    region: Region,
    kinds: Iterable[str],
    *,
    year: int | None = None,
    subject: str = "",
    period: tuple[date, date] | None = None,
    posted: bool | None = None,
    board: str = "",
) -> list[Group]:
    """Return what a place was paid by programme and period, newest period first.

    A list that is only posted (公示) is a group of its own. Without a year, those of the year of the
    newest period; `posted` keeps one of the two, `board` the items of one of the six. One query, and one
    for names per kind.
    """
    totals = Total.objects.public().filter(region=region, kind__in=list(kinds))
    if subject:
        totals = totals.filter(subject=subject)
    if year is not None:
        totals = totals.filter(start_on__year=year)
    if period is not None:
        totals = totals.filter(start_on=period[0], end_on=period[1])
    if board:
        totals = totals.filter(release__item__section=board)
    if posted is not None:
        totals = totals.filter(release__stage=Stage.POSTED if posted else Stage.PAID)
    found = list(
        totals.values("kind", "subject", "start_on", "end_on", "release__stage")
        .annotate(
            rows=Sum("row_count"),
            sum=Sum("amount"),
            paid=Max("paid_on"),
            published=Max("release__published_on"),
            hidden=BoolOr(_HIDDEN),
            hidden_rows=Sum("row_count", filter=_HIDDEN),
        )
        .filter(rows__gt=0)
        .order_by("-start_on", "-end_on", "kind", "subject")[:MOST_GROUPS]
    )
    if year is None and period is None:
        found = [row for row in found if row["start_on"].year == found[0]["start_on"].year]
    names = _names(region.county_code, found)
    return [_group(row, names) for row in found]


def _names(county: str, found: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """Return the everyday name of every subject, one query per kind."""
    subjects: defaultdict[str, set[str]] = defaultdict(set)
    for row in found:
        subjects[row["kind"]].add(row["subject"])
    names: dict[tuple[str, str], str] = {}
    for code, wanted in subjects.items():
        entry = registry.kind(code)
        titles = entry.subject_titles(county, wanted) if entry.subject_titles else {}
        for subject in wanted:
            names[code, subject] = titles.get(subject, "") or subject or entry.title
    return names


def untold(found: TotalQuerySet, *by: str) -> dict[tuple[Any, ...], Decimal]:
    """Return the yuan of groups of too few hidden persons, by some fields: no sum may hold it; one query."""
    groups = (
        found.filter(_HIDDEN)
        .values_list(*by, "kind", "subject", "start_on", "end_on")
        .annotate(rows=Sum("row_count"), sum=Sum("amount"))
        .filter(rows__lt=FEWEST_HIDDEN)
    )
    sums: defaultdict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for row in groups:
        sums[row[: len(by)]] += row[-1]
    return sums


def without(amount: Decimal, few: Decimal) -> Decimal | None:
    """Return a sum without what may not be told; None where nothing else is in it."""
    return (amount - few or None) if few else amount


def _told(row: Mapping[str, Any]) -> Decimal | None:
    is_told = not row["hidden"] or (row["hidden_rows"] or 0) >= FEWEST_HIDDEN
    return row["sum"] if is_told else None


def _group(row: Mapping[str, Any], names: Mapping[tuple[str, str], str]) -> Group:
    return Group(
        kind=row["kind"],
        subject=row["subject"],
        title=names[row["kind"], row["subject"]],
        start_on=row["start_on"],
        end_on=row["end_on"],
        paid_on=row["paid"],
        published_on=row["published"],
        rows=row["rows"],
        amount=_told(row),
        is_hidden=row["hidden"],
        is_posted=row["release__stage"] == Stage.POSTED,
    )


def by_programme(found: Iterable[Group]) -> list[Group]:
    """Return one group for each programme over all its periods, the last paid first.

    A sum that holds a period which may not be told is not told either: a subtraction would tell it.
    """
    gathered: defaultdict[tuple[str, str, bool], list[Group]] = defaultdict(list)
    for group in found:
        gathered[group.kind, group.subject, group.is_posted].append(group)
    merged = [_merged(same) for same in gathered.values()]
    return sorted(merged, key=lambda group: group.paid_on or group.published_on, reverse=True)


def _merged(same: list[Group]) -> Group:
    amounts = [group.amount for group in same]
    told = [amount for amount in amounts if amount is not None]
    return Group(
        kind=same[0].kind,
        subject=same[0].subject,
        title=same[0].title,
        start_on=min(group.start_on for group in same),
        end_on=max(group.end_on for group in same),
        paid_on=max((group.paid_on for group in same if group.paid_on), default=None),
        published_on=max(group.published_on for group in same),
        rows=sum(group.rows for group in same),
        amount=sum(told, Decimal(0)) if len(told) == len(amounts) else None,
        is_hidden=any(group.is_hidden for group in same),
        is_posted=same[0].is_posted,
        periods=len(same),
    )


def sum_of(found: Iterable[Group]) -> Decimal:
    """Return what may be told of all that was paid together."""
    paid = (group.amount for group in found if not group.is_posted and group.amount is not None)
    return sum(paid, Decimal(0))


def lines_of(found: Iterable[Group]) -> int:
    """Return how many payments the groups hold; lines only posted are none yet."""
    return sum(group.rows for group in found if not group.is_posted)


def by_year(region: Region, kinds: Iterable[str]) -> list[Sums]:
    """Return lines of a place for each year and what may be told of their yuan, newest first; two queries."""
    totals = (
        Total.objects.public()
        .filter(region=region, kind__in=list(kinds), release__stage=Stage.PAID)
        .annotate(year=ExtractYear("start_on"))
    )
    few = untold(totals, "year")
    found = (
        totals.values("year")
        .annotate(rows=Sum("row_count"), sum=Sum("amount"))
        .filter(rows__gt=0)
        .order_by("-year")
    )
    return [
        Sums(year=row["year"], rows=row["rows"], amount=without(row["sum"], few[(row["year"],)]))
        for row in found
    ]


def of_children(
    region: Region,
    kinds: Iterable[str],
    *,
    year: int,
    subject: str = "",
    period: tuple[date, date] | None = None,
    posted: bool = False,
) -> dict[int, Sums]:
    """Return lines and yuan of each place right below, by its key; two queries."""
    totals = Total.objects.public().filter(
        region__parent=region,
        kind__in=list(kinds),
        start_on__year=year,
        release__stage=Stage.POSTED if posted else Stage.PAID,
    )
    if subject:
        totals = totals.filter(subject=subject)
    if period is not None:
        totals = totals.filter(start_on=period[0], end_on=period[1])
    few = untold(totals, "region_id")
    found = totals.values("region_id").annotate(rows=Sum("row_count"), sum=Sum("amount"))
    return {
        row["region_id"]: Sums(
            year=year, rows=row["rows"], amount=without(row["sum"], few[(row["region_id"],)])
        )
        for row in found.filter(rows__gt=0)
    }


def newest(region: Region, kinds: Iterable[str], *, most: int = NEWEST) -> list[News]:
    """Return what was published last in a place; one query."""
    found = (
        Total.objects.public()
        .filter(region=region, kind__in=list(kinds))
        .values(
            "release_id",
            "kind",
            title=F("release__item__name"),
            office=F("release__body__name"),
            start=F("release__start_on"),
            end=F("release__end_on"),
            at=F("release__published_at"),
            published=F("release__published_on"),
            corrects=F("release__corrects_id"),
        )
        .annotate(
            rows=Sum("row_count"),
            sum=Sum("amount"),
            hidden=BoolOr(_HIDDEN),
            hidden_rows=Sum("row_count", filter=_HIDDEN),
        )
        .order_by("-at", "release_id")[:most]
    )
    return [
        News(
            title=row["title"],
            office=row["office"],
            start_on=row["start"],
            end_on=row["end"],
            published_on=row["published"],
            rows=row["rows"],
            amount=None if registry.kind(row["kind"]).outgoing[0] else _told(row),
            is_correction=row["corrects"] is not None,
            is_hidden=_told(row) is None,
        )
        for row in found
    ]
