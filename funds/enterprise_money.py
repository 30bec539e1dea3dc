"""What enterprises were paid in a place: by policy, line by line, and one enterprise's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from funds.models import EnterpriseFund
from portal.pages.asked import DayKey
from portal.places.models import Level, Region
from portal.releases.models import Total

KIND = "enterprise_funds"
PAGE = 20
MOST_ENTERPRISES = 20
MOST_LINES = 100
SHORTEST_NAME = 2


@dataclass(frozen=True, kw_only=True)
class PolicySum:
    """What one policy paid in a year."""

    policy: str
    rows: int
    amount: Decimal
    paid_on: date | None


def years(region: Region) -> list[int]:
    """Return the years in which enterprises were paid, newest first; one query."""
    told = Total.objects.public().filter(region=region, kind=KIND, row_count__gt=0)
    found = told.annotate(year=ExtractYear("start_on")).values_list("year", flat=True).distinct()
    return sorted(found, reverse=True)


def policies(region: Region, year: int) -> list[PolicySum]:
    """Return what each policy paid in a year, the largest first, from totals; one query."""
    found = (
        Total.objects.public()
        .filter(region=region, kind=KIND, start_on__year=year)
        .values("subject")
        .annotate(rows=Sum("row_count"), sum=Sum("amount"), paid=Max("paid_on"))
        .filter(rows__gt=0)
        .order_by("-sum", "subject")
    )
    return [
        PolicySum(policy=row["subject"], rows=row["rows"], amount=row["sum"], paid_on=row["paid"])
        for row in found
    ]


def lines_of(region: Region) -> QuerySet[EnterpriseFund]:
    """Return the public payments in a place and in everything below it, newest first."""
    rows: QuerySet[EnterpriseFund] = EnterpriseFund.objects.listed()
    if region.level == Level.VILLAGE:
        rows = rows.filter(region=region)
    elif region.level == Level.TOWNSHIP:
        rows = rows.filter(region__in=Region.objects.within(region).values("pk"))
    elif region.level == Level.COUNTY:
        rows = rows.filter(county=region.county_code)
    else:
        rows = rows.filter(county__startswith=region.code[:4])
    return rows.select_related("release", "region").order_by("-paid_on", "-id")


def page_of(rows: QuerySet[EnterpriseFund], after: DayKey | None) -> list[EnterpriseFund]:
    """Return the payments behind a key, one more than a page."""
    if after is not None:
        day, row_id = after
        rows = rows.filter(Q(paid_on__lt=day) | Q(paid_on=day, pk__lt=row_id))
    return list(rows[: PAGE + 1])


@dataclass(frozen=True, kw_only=True)
class Enterprise:
    """One enterprise found: its code, its newest name, its payments and yuan together."""

    credit_code: str
    name: str
    rows: int
    amount: Decimal


def found(region: Region, word: str) -> list[Enterprise]:
    """Return the enterprises of a county (of the city, on its page) that a name or code tells; one query.

    Only those with a code: persons paid by name are searched inside their township, never wider.
    """
    if len(word) < SHORTEST_NAME:
        return []
    place = region
    while place.level in {Level.VILLAGE, Level.TOWNSHIP} and place.parent is not None:
        place = place.parent
    told = lines_of(place).exclude(credit_code="")
    told = told.filter(Q(enterprise_public__icontains=word) | Q(credit_code=word.upper()))
    sums = (
        told.order_by()
        .values("credit_code")
        .annotate(name=Max("enterprise_public"), rows=Count("pk"), sum=Sum("amount"))
        .order_by("name", "credit_code")[: MOST_ENTERPRISES + 1]
    )
    return [
        Enterprise(credit_code=row["credit_code"], name=row["name"], rows=row["rows"], amount=row["sum"])
        for row in sums
    ]


def of_enterprise(region: Region, credit_code: str) -> list[EnterpriseFund]:
    """Return what one enterprise was paid in a county (or city), newest first; one query."""
    place = region
    while place.level in {Level.VILLAGE, Level.TOWNSHIP} and place.parent is not None:
        place = place.parent
    return list(lines_of(place).filter(credit_code=credit_code)[:MOST_LINES])
