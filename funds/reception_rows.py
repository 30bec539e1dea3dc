"""What a reception's own page says first and beside it: documents, limits, and the village's ledger line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse

from funds import reception_books
from funds.models import Reception
from funds.receptions import KIND, Limit, MealStandard, companion_limit, meal_standard
from portal.places.models import Level, Region
from portal.releases import registry
from villages.models import Direction, LedgerEntry

# Numbers of vouchers begin again each month: a reception is booked in the half-year that follows it.
_BOOKED_WITHIN = timedelta(days=186)
_MOST = 20


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A reception beside what it is compared with: `too_many` companions, `too_dear` a meal."""

    documents: int
    missing: list[str]
    limit: Limit | None
    standard: MealStandard | None
    too_many: int
    is_too_dear: bool

    @property
    def is_bad(self) -> bool:
        """Whether anything is missing or above what is allowed."""
        return bool(self.missing or self.too_many or self.is_too_dear)

    @property
    def standard_href(self) -> str:
        """Where the published standard stands; empty without one."""
        found = self.standard
        return reverse("funds:standard-detail", args=[found.standard.pk]) if found else ""


def judged(_region: Region, row: Any) -> dict[str, Any]:  # Any: the row of any kind
    """Gather the verdict on a reception: two queries."""
    reception: Reception = row
    reception_books.add_missing([reception])
    limit = companion_limit(reception.guests, reception.received_on, reception.county)
    standard, each = meal_standard(reception), reception.per_meal
    return {
        "judged": Judged(
            documents=registry.kind(KIND).expected_documents,
            missing=reception.missing,
            limit=limit,
            standard=standard,
            too_many=max(reception.companions - limit.most, 0) if limit else 0,
            is_too_dear=bool(standard and each is not None and each > standard.rate),
        )
    }


def ledger_lines(region: Region, row: Any) -> dict[str, Any]:  # Any: the row of any kind
    """Gather the lines of the village's books that a reception was paid by; one query.

    Empty for other places: only villages publish their books line by line.
    """
    reception: Reception = row
    if region.level != Level.VILLAGE or not reception.voucher_no:
        return {}
    found = LedgerEntry.objects.listed().filter(
        region=region,
        voucher_no=reception.voucher_no,
        direction=Direction.OUT,
        happened_on__gte=reception.received_on,
        happened_on__lte=reception.received_on + _BOOKED_WITHIN,
    )
    lines = list(found.select_related("release").order_by("happened_on", "position", "pk")[:_MOST])
    same = [line for line in lines if line.amount == reception.amount]
    return {"is_asked": True, "lines": (same or lines)[:1], "voucher_no": reception.voucher_no}


def receptions_of_line(region: Region, row: Any) -> dict[str, Any]:  # Any: the row of any kind
    """Gather the receptions that name a ledger line's voucher; one query."""
    line: LedgerEntry = row
    if line.direction != Direction.OUT:
        return {}
    found = Reception.objects.listed().filter(
        region=region,
        voucher_no=line.voucher_no,
        received_on__lte=line.happened_on,
        received_on__gte=line.happened_on - _BOOKED_WITHIN,
    )
    receptions: Sequence[Reception] = list(found.order_by("-received_on", "-pk")[:_MOST])
    same = [one for one in receptions if one.amount == line.amount]
    shown = (same or list(receptions))[:1]
    reception_books.add_missing(shown)
    return {"receptions": shown}
