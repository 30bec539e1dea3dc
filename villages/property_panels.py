"""What stands beside one asset, resource, contract, rent or ledger line: the others that belong to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from portal.columns.periods import Period
from portal.pages.panels import ROW, Panel
from portal.places.models import Region
from portal.releases.models import DisclosedRowQuerySet
from villages import verdicts
from villages.dues import Due, Sums, of_year, sums
from villages.models import Direction, Lease, LedgerEntry, Nature, Rent, VillageAsset, VillageResource
from villages.property import Tenancy, tenancies_of, thing_of
from villages.verdicts import Tag

_YEARS = 5
_LINES = 12


@dataclass(frozen=True, kw_only=True)
class YearLine:
    """One year of a thing: its rent, and what the village's books say came in under its contracts."""

    year: int
    rent: Sums
    booked: Decimal


@dataclass(frozen=True, kw_only=True)
class DueLine:
    """One due of a contract, with its chip."""

    due: Due
    tag: Tag


def of_thing(region: Region, row: VillageAsset | VillageResource) -> dict[str, Any]:
    """Gather the contracts and the income of one thing; at most four queries."""
    thing = thing_of(row, timezone.localdate())
    numbers = [one.lease.contract_no for one in thing.tenancies]
    booked = list(_booked(region, numbers)) if numbers else []
    return {
        "tag": verdicts.tag_of_thing(thing),
        "tenancies": [(one, verdicts.tag_of_tenancy(one)) for one in thing.tenancies],
        "years": _years([due for one in thing.tenancies for due in one.dues], booked, thing.today.year),
        "booked": booked[:_LINES],
    }


def of_lease(region: Region, row: Lease) -> dict[str, Any]:
    """Gather what is let, the dues, the payments and the books of one contract; at most seven queries."""
    today = timezone.localdate()
    (one,) = tenancies_of(region, today, leases=Lease.objects.filter(pk=row.pk))
    return {
        "tag": verdicts.tag_of_tenancy(one),
        "year": one.year,
        "meter": verdicts.meter(one.year),
        "thing": _thing(region, row.object_no),
        "dues": [DueLine(due=due, tag=_due_tag(due, one)) for due in reversed(_shown(one))],
        "rents": list(reversed(one.rents))[:_LINES],
        "booked": list(_booked(region, [row.contract_no])[:_LINES]),
        "former": _lease(region, row.former_no),
        "later": Lease.objects.listed().filter(region=region, former_no=row.contract_no).first(),
    }


def of_rent(region: Region, row: Rent) -> dict[str, Any]:
    """Gather the contract of one rent and its line in the village's books; two queries."""
    return {"lease": _lease(region, row.contract_no), "booked": _line_of(region, row)}


def of_ledger(region: Region, row: LedgerEntry) -> dict[str, Any]:
    """Gather the contract and the rents that a line of the books belongs to; two queries."""
    return {"lease": _lease(region, row.contract_no), "rents": list(_rents_of(region, row)[:_LINES])}


def _booked(region: Region, numbers: Iterable[str]) -> DisclosedRowQuerySet:
    """Return what the books say came in under some contracts, deposits and loans included, newest first."""
    lines: DisclosedRowQuerySet = LedgerEntry.objects.listed().filter(region=region, direction=Direction.IN)
    named = lines.filter(contract_no__in=[number for number in numbers if number])
    return named.order_by("-happened_on", "-position")


def _years(found: list[Due], booked: list[LedgerEntry], newest: int) -> list[YearLine]:
    """Return the last years in which anything was due or came in, newest first.

    Only the village's own money is income: deposits go back, loans are paid back.
    """
    today = timezone.localdate()
    income = [line for line in booked if line.nature == Nature.OWN]
    years = {due.due_on.year for due in found} | {line.happened_on.year for line in income}
    return [
        YearLine(
            year=year,
            rent=sums(of_year(found, year), today),
            booked=sum((line.amount for line in income if line.happened_on.year == year), Decimal(0)),
        )
        for year in sorted((year for year in years if year <= newest), reverse=True)[:_YEARS]
    ]


def _shown(one: Tenancy) -> list[Due]:
    """Return the dues up to the end of this year, the newest ones."""
    return [due for due in one.dues if due.due_on.year <= one.today.year][-_LINES:]


def _due_tag(due: Due, one: Tenancy) -> Tag:
    if due.owed(one.today):
        return Tag(
            state="bad", word=f"欠 {verdicts.short(due.missing)} 元 · 过了 {due.days_late(one.today)} 天"
        )
    if due.untold(one.today):
        return Tag(state="warn", word="没公开收没收")
    if due.waiting(one.today):
        return Tag(state="none", word="等这一季公布")
    return Tag(state="none", word="没到期") if due.later(one.today) else Tag(state="ok", word="收齐")


def _thing(region: Region, number: str) -> VillageAsset | VillageResource | None:
    """Return the asset or resource of a number in a village's registers."""
    if not number:
        return None
    assets = VillageAsset.objects.listed().filter(region=region, asset_no=number)
    resources = VillageResource.objects.listed().filter(region=region, resource_no=number)
    return assets.select_related("release").first() or resources.select_related("release").first()


def _lease(region: Region, number: str) -> Lease | None:
    """Return the public contract of a number in a village, with the name of what it lets."""
    if not number:
        return None
    return Lease.objects.listed().filter(region=region, contract_no=number).first()


def _line_of(region: Region, row: Rent) -> LedgerEntry | None:
    """Return the line of the books that a payment stands in: numbers of vouchers begin again each month."""
    if not row.voucher_no or row.received_on is None:
        return None
    month = Period.containing(row.received_on, "month")
    same_month = Q(happened_on__gte=month.start, happened_on__lt=month.end)
    rows = LedgerEntry.objects.listed().filter(region=region, voucher_no=row.voucher_no)
    return (
        rows.filter(direction=Direction.IN)
        .filter(same_month | Q(contract_no=row.contract_no))
        .order_by("happened_on", "position")
        .first()
    )


def _rents_of(region: Region, row: LedgerEntry) -> DisclosedRowQuerySet:
    """Return the payments whose line of the books `_line_of` finds to be this one."""
    if row.direction != Direction.IN:
        return Rent.objects.none()
    month = Period.containing(row.happened_on, "month")
    same_month = Q(received_on__gte=month.start, received_on__lt=month.end)
    rents: DisclosedRowQuerySet = Rent.objects.listed().filter(region=region, voucher_no=row.voucher_no)
    same_contract = Q(received_on__isnull=False, contract_no=row.contract_no)
    return rents.filter(same_month | same_contract).order_by("due_on", "position")


PANELS = [
    Panel(template="villages/thing_panel.html", section=ROW, kind="assets", gather=of_thing, wide=True),
    Panel(template="villages/thing_panel.html", section=ROW, kind="resources", gather=of_thing, wide=True),
    Panel(template="villages/lease_panel.html", section=ROW, kind="leases", gather=of_lease, wide=True),
    Panel(template="villages/rent_panel.html", section=ROW, kind="rents", gather=of_rent, wide=True),
    Panel(template="villages/ledger_lease_panel.html", section=ROW, kind="ledger", gather=of_ledger),
]
