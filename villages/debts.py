"""Who owes the village and whom it owes: one period's list, the same debt through the periods, wider sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from portal.columns.periods import Period
from portal.pages.asked import address
from portal.pages.totals import FEWEST_HIDDEN
from portal.places.models import Region
from portal.releases.models import DisclosedRowQuerySet, NamesShown, Release, Total
from villages.asked import DEBTS, Key
from villages.models import CounterpartyType, Debt
from villages.subjects import DEBT_SIDES

PAGE = 20
ZERO = Decimal(0)
KIND = "debts"
_MOST_PERIODS = 40
_HIDDEN = Q(release__names=NamesShown.HIDDEN)
_PARTS = {
    "open": Sum("amount", filter=~_HIDDEN),
    "hidden": Sum("amount", filter=_HIDDEN),
    "hidden_rows": Sum("row_count", filter=_HIDDEN),
}


@dataclass
class SideSum:
    """One side of a village's debts at the end of a period, in yuan."""

    side: str
    title: str
    count: int = 0
    closing: Decimal = ZERO
    increase: Decimal = ZERO
    decrease: Decimal = ZERO
    overdue_count: int = 0
    overdue: Decimal = ZERO
    settled: int = 0
    # Of these only the sum is told: they are in `count` and the money, and in nothing that picks some out.
    unlisted: int = 0
    # There are such, and too few for a sum.
    is_cut: bool = False

    @property
    def listed(self) -> int:
        """How many are shown one by one."""
        return self.count - self.unlisted


@dataclass
class Below:
    """A place right below: what is owed to its villages and by them; None where nothing was published."""

    region: Region
    sums: dict[str, Decimal] = field(default_factory=dict)


def periods_of(region: Region) -> list[Period]:
    """Return the periods of which a place's villages published debts, newest first; one query."""
    found = Total.objects.public().filter(region=region, kind=KIND)
    spans = (
        found.values("start_on", "end_on")
        .annotate(rows=Sum("row_count"))
        .filter(rows__gt=0)
        .order_by("-end_on", "-start_on")[:_MOST_PERIODS]
    )
    return [Period.spanning(span["start_on"], span["end_on"]) for span in spans]


def nil_of(region: Region) -> Release | None:
    """Return the newest release by which a village declared that nobody owes anything; one query."""
    found = Release.objects.published().filter(kind=KIND, body__region=region, is_nil=True)
    return found.order_by("-end_on").first()


def rows_of(region: Region, period: Period) -> DisclosedRowQuerySet:
    """Return a village's debts of a period that are shown one by one, in the order of their lists."""
    rows: DisclosedRowQuerySet = Debt.objects.listed().filter(
        region=region, start_on=period.start, end_on=period.end
    )
    return rows.order_by("position", "pk")


def sums_of(region: Region, period: Period, as_of: date) -> dict[str, SideSum]:
    """Return both sides of a village's debts in a period, overdue ones counted as of a day; one query."""
    late = Q(due_on__lt=as_of, closing__gt=0)
    sums = {side: SideSum(side=side, title=title) for side, title in DEBT_SIDES.items()}
    rows = Debt.objects.public().filter(region=region, start_on=period.start, end_on=period.end)
    found = rows.values("side", is_hidden=_HIDDEN).annotate(
        number=Count("pk"),
        closing_sum=Sum("closing"),
        increase_sum=Sum("increase"),
        decrease_sum=Sum("decrease"),
        late_number=Count("pk", filter=late),
        late_sum=Sum("closing", filter=late),
        settled_number=Count("pk", filter=Q(closing=0)),
    )
    for row in found:
        one = sums[row["side"]]
        if row["is_hidden"] and row["number"] < FEWEST_HIDDEN:
            one.is_cut = True
            continue
        one.count += row["number"]
        one.closing += row["closing_sum"]
        one.increase += row["increase_sum"]
        one.decrease += row["decrease_sum"]
        if row["is_hidden"]:
            one.unlisted = row["number"]
            continue
        one.overdue_count, one.overdue = row["late_number"], row["late_sum"] or ZERO
        one.settled = row["settled_number"]
    return sums


def first_of_each(rows: DisclosedRowQuerySet) -> dict[str, list[Debt]]:
    """Return the largest debts of both sides; one query each."""
    return {
        side: list(rows.filter(side=side).order_by("-closing", "position", "pk")[:PAGE])
        for side in DEBT_SIDES
    }


def page_of(rows: DisclosedRowQuerySet, after: Key | None) -> list[Debt]:
    """Return the debts behind a key, one more than a page."""
    if after is not None:
        _, position, row_id = after
        rows = rows.filter(Q(position__gt=position) | Q(position=position, pk__gt=row_id))
    return list(rows[: PAGE + 1])


def names_in_full(rows: Iterable[Debt]) -> bool:
    """Return whether a row names a private person in full: then no search engine should keep the page."""
    return any(row.party_type == CounterpartyType.PERSON and "*" not in row.party_public for row in rows)


def _told(row: Mapping[str, Any]) -> Decimal:
    """Return a sum without the part of too few hidden rows."""
    is_told = (row["hidden_rows"] or 0) >= FEWEST_HIDDEN
    return (row["open"] or ZERO) + (row["hidden"] if is_told else ZERO)


def wider_sums(region: Region, period: Period) -> dict[str, Decimal]:
    """Return both sides of all villages of a place in a period; one query."""
    found = (
        Total.objects.public()
        .filter(region=region, kind=KIND, start_on=period.start, end_on=period.end)
        .values("subject")
        .annotate(**_PARTS)
    )
    return {row["subject"]: _told(row) for row in found}


def below(region: Region, period: Period) -> list[Below]:
    """Return the places right below with both sides of a period; two queries."""
    totals = (
        Total.objects.public()
        .filter(region__parent=region, kind=KIND, start_on=period.start, end_on=period.end)
        .values("region_id", "subject")
        .annotate(**_PARTS)
    )
    sums: defaultdict[int, dict[str, Decimal]] = defaultdict(dict)
    for row in totals:
        sums[row["region_id"]][row["subject"]] = _told(row)
    return [
        Below(region=place, sums=sums.get(place.pk, {}))
        for place in Region.objects.filter(parent=region).order_by("code")
        if place.pk in sums or place.end_on is None or place.end_on > period.start
    ]


def history_of(row: Debt) -> list[Debt]:
    """Return the same debt in every period, newest first; one query.

    Masked names may be two persons': what it is for and since when tell them apart.
    """
    found = Debt.objects.listed().filter(
        region=row.region,
        side=row.side,
        party_public=row.party_public,
        nature=row.nature,
        incurred_on=row.incurred_on,
    )
    return list(found.order_by("-end_on", "position", "pk")[:_MOST_PERIODS])


def debts_address(region: Region, period: Period | None = None) -> str:
    """Return the page of a place's debts."""
    path = f"{region.get_absolute_url()}ledger/"
    return address(path, side=DEBTS, period=period.label() if period else "")


def through_time(region: Region, row: Debt) -> dict[str, Any]:
    """Gather, for the page of one debt, its other periods and its year's movement."""
    history = history_of(row)
    year = [one for one in history if one.start_on.year == row.start_on.year]
    return {
        "history": history,
        # Two rows of one period are two debts that look alike: their movements must not be added up.
        "is_ambiguous": len({(one.start_on, one.end_on) for one in history}) < len(history),
        "year": row.start_on.year,
        "increase": sum((one.increase for one in year), ZERO),
        "decrease": sum((one.decrease for one in year), ZERO),
        "href": debts_address(region, Period.spanning(row.start_on, row.end_on)),
        "is_overdue": _is_overdue(row) and history[:1] == [row],
    }


def _is_overdue(row: Debt) -> bool:
    return bool(row.closing and row.due_on and row.due_on < timezone.localdate())


def where(region: Region, _row: object) -> dict[str, Any]:
    """Return, for the pages of books, where the debts stand; no query."""
    return {"href": debts_address(region)}
