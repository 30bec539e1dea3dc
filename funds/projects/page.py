"""The page of one project: what its panels tell, in a bounded number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum
from django.utils import timezone

from funds.models import Disbursement, LivelihoodProject
from funds.projects import papers
from funds.projects.figures import Sums
from funds.projects.registers import project_of
from funds.projects.steps import Facts, steps_of
from funds.projects.verdicts import verdict_of
from portal.pages import words
from portal.places.models import Level, Region
from portal.workdays import calendar
from villages.models import LedgerEntry, VillageAsset

# A project is paid a few times.
MOST_PAYMENTS = 200
MOST_ENTRIES = 20


@dataclass(frozen=True, kw_only=True)
class Paid:
    """What was paid for a project, refunds taken off."""

    amount: Decimal
    count: int
    first_on: date | None
    last_on: date | None


def paid_for(project: LivelihoodProject, *, until: date | None = None) -> Paid:
    """Return what was paid for a project, up to a day and with it; one grouped query."""
    found = Disbursement.objects.listed().filter(county=project.county, project_no=project.project_no)
    if until is not None:
        found = found.filter(paid_on__lte=until)
    payments = Q(amount__gt=0)
    sums = found.aggregate(
        sum=Sum("amount"),
        count=Count("pk", filter=payments),
        first=Min("paid_on", filter=payments),
        last=Max("paid_on", filter=payments),
    )
    return Paid(
        amount=sums["sum"] or Decimal(0),
        count=sums["count"],
        first_on=sums["first"],
        last_on=sums["last"],
    )


def gather(_region: Region, row: LivelihoodProject) -> dict[str, Any]:
    """Gather what a project's page tells, verdict first; at most eight queries."""
    paid = paid_for(row)
    is_small = row.release.item.level == Level.VILLAGE
    found = papers.attached_to(row)
    facts = Facts(
        project=row,
        sums=Sums(row, paid.amount, paid.count),
        first_paid_on=paid.first_on,
        last_paid_on=paid.last_on,
        captions=frozenset(attachment.caption for attachment in found),
        is_small=is_small,
        today=timezone.localdate(),
        calendar=calendar.current(),
    )
    steps = steps_of(facts)
    wanted = list(papers.expected(row, is_small=is_small))
    tiles = papers.tiles_of(found, wanted)
    missing = [tile.title for tile in tiles if not tile.href]
    return {
        "verdict": verdict_of(facts, steps, missing),
        "sums": facts.sums,
        "steps": steps,
        "paid": paid,
        "payments": _payments(row) if paid.count else [],
        "tiles": tiles,
        "lost": papers.lost_count(row, found),
        "entries": entries_of(row.region, row.project_no),
        "assets": assets_of(row),
    }


def _payments(project: LivelihoodProject) -> list[Disbursement]:
    found = Disbursement.objects.listed().filter(county=project.county, project_no=project.project_no)
    return list(found.select_related("release").order_by("-paid_on", "-pk")[:MOST_PAYMENTS])


def entries_of(region: Region, project_no: str, **told: str) -> list[LedgerEntry]:
    """Return the lines of the books here and right below that name a project; one query."""
    here = Q(region=region) | Q(region__parent=region)
    found = LedgerEntry.objects.listed().filter(here, project_no=project_no, **told)
    return list(found.select_related("release").order_by("-happened_on", "-pk")[:MOST_ENTRIES])


def assets_of(project: LivelihoodProject) -> list[VillageAsset]:
    """Return what stands in the registers of villages as made by a project; one query."""
    found = VillageAsset.objects.listed().filter(county=project.county, project_no=project.project_no)
    return list(found.order_by("region", "asset_no")[:MOST_ENTRIES])


def of_asset(_region: Region, row: VillageAsset) -> dict[str, Any]:
    """Gather the project that made a thing; one query, none for a thing that names none."""
    return {"project": project_of(row.county, row.project_no)}


def card(_region: Region, row: LivelihoodProject) -> dict[str, Any]:
    """Gather the project's card: who, where, for whom, from which money; no query."""
    sums = Sums(row, Decimal(0), 0)
    sources = [
        f"{name} {sums.say(amount)}"
        for name, amount in (
            ("中央", row.central_amount),
            ("省里", row.province_amount),
            ("市里", row.city_amount),
            ("县里", row.county_amount),
            ("自筹", row.own_amount),
        )
        if amount
    ]
    planned = [words.full_day(day) for day in (row.planned_start_on, row.planned_end_on) if day]
    pairs = [
        ("主管", row.department),
        ("责任人", row.responsible),
        ("实施", row.implementer),
        ("施工", row.winner_public),
        ("监理", row.supervisor),
        ("怎么选的", row.get_method_display()),
        ("工期", "到".join(planned)),
        ("受益", f"{row.households:,} 户" if row.households else ""),
    ]
    return {
        "pairs": [(label, value) for label, value in pairs if value],
        "sources": sources,
        "ceiling": sums.say(row.ceiling) if row.ceiling else "",
    }


def of_payment(_region: Region, row: Disbursement) -> dict[str, Any]:
    """Gather what stands beside one payment: its project, how far that is paid, the village's books."""
    project = project_of(row.county, row.project_no)
    if project is None:
        return {}
    paid = paid_for(project, until=row.paid_on)
    sums = Sums(project, paid.amount, paid.count)
    return {
        "project": project,
        "paid": sums.say(paid.amount),
        "sentences": sums.sentences[:1] if project.agreed else [],
        "entries": entries_of(row.region, row.project_no, voucher_no=row.voucher_no),
    }


def of_entry(_region: Region, row: LedgerEntry) -> dict[str, Any]:
    """Gather the project that a line of a village's books names, and the payment of the same voucher."""
    project = project_of(row.county, row.project_no)
    if project is None:
        return {}
    same = Disbursement.objects.listed().filter(
        county=row.county, project_no=row.project_no, voucher_no=row.voucher_no
    )
    return {"project": project, "payment": same.select_related("release").order_by("pk").first()}
