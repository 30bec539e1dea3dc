"""What receptions are compared with: items and numbers for a load, the limits and standards of their day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from funds.models import Reception, Standard
from funds.preparing.receptions import ReceptionLookups
from portal.catalogue.models import CatalogueItem, Section
from portal.releases.numbering import numbering
from villages.thresholds import threshold_on

KIND = "receptions"


def lookups(county: str) -> ReceptionLookups:
    """Return the items of receptions by level, and how far their numbers have come; two queries."""
    found: dict[str, list[str]] = {}
    for code, level in CatalogueItem.objects.filter(kind=KIND, is_active=True).values_list("code", "level"):
        found.setdefault(level, []).append(code)
    return ReceptionLookups(
        items={level: codes[0] for level, codes in found.items() if len(codes) == 1},
        numbers=numbering(Reception, "number", "JD", county),
    )


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How many may accompany so many guests, by the regulation of that day, and which that is."""

    most: int
    source: str


def companion_limit(guests: int, day: date, place: str = "") -> Limit | None:
    """Return the most that may accompany guests on a day; None for days before any regulation."""
    try:
        few = threshold_on("reception_few_guests", day, place)
        most = threshold_on("reception_companions_of_few", day, place)
        share = threshold_on("reception_guests_a_companion", day, place)
    except LookupError:
        return None
    if guests <= few.value:
        return Limit(most=int(most.value), source=most.source)
    return Limit(most=int(guests // share.value), source=share.source)


@dataclass(frozen=True, kw_only=True)
class MealStandard:
    """What a meal of one person may cost at most, by the published standard of that day."""

    rate: Decimal
    standard: Standard


def meal_standard(reception: Reception) -> MealStandard | None:
    """Return the published standard a reception's meals are compared with; None where there is none.

    The guests' rank chooses among several; where it does not, the highest stands: nobody is blamed for a
    standard that may not be theirs.
    """
    day, county = reception.received_on, reception.county
    found = list(
        Standard.objects.public()
        .filter(
            county__in=[county, county[:4] + "00"],
            release__item__section=Section.OFFICIAL_SPENDING,
            start_on__lte=day,
        )
        .filter(Q(end_on__isnull=True) | Q(end_on__gt=day))
        .filter(Q(unit__contains="餐") | Q(name__contains="餐"))
        .order_by("-county", "-rate")
    )
    own = [one for one in found if one.county == county] or found
    ranked = [one for one in own if reception.guest_rank and reception.guest_rank in one.name]
    chosen = next(iter(ranked or own), None)
    return MealStandard(rate=chosen.rate, standard=chosen) if chosen else None
