"""What was published this year in each section: lines, and yuan where a sum means something."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from portal.pages import totals, words
from portal.pages.sections import SECTIONS
from portal.places.models import Region
from portal.releases import registry
from portal.releases.models import Stage, Total


@dataclass(frozen=True, kw_only=True)
class Told:
    """One section: its lines, and its money or None."""

    title: str
    href: str
    rows: int
    money: words.Money | None


def of_year(region: Region, today: date) -> list[Told]:
    """Return the open sections of a place with what this year's releases hold; one query.

    Income and expense together make no sum, and neither do balances: such sections tell lines only.
    """
    found = (
        Total.objects.public()
        .filter(
            region=region,
            kind__in=totals.open_kinds(),
            release__stage=Stage.PAID,
            start_on__year=today.year,
        )
        .values("kind")
        .annotate(rows=Sum("row_count"), sum=Sum("amount"))
    )
    rows: defaultdict[str, int] = defaultdict(int)
    amounts: defaultdict[str, list[Decimal]] = defaultdict(list)
    for one in found:
        kind = registry.kind(one["kind"])
        rows[kind.section] += one["rows"]
        if kind.amount and not kind.outgoing[0]:
            amounts[kind.section].append(one["sum"])
    shown = [section for section in SECTIONS.values() if rows[section.slug] > 0]
    sums = [sum(amounts[one.slug], Decimal(0)) if amounts[one.slug] else None for one in shown]
    figures = words.in_one_unit(sums)
    return [
        Told(
            title=section.title,
            href=f"{region.get_absolute_url()}{section.slug}/",
            rows=rows[section.slug],
            money=figure,
        )
        for section, figure in zip(shown, figures, strict=True)
    ]
