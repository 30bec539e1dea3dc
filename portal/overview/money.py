"""What was published this year in each section: lines, and yuan where a sum means something."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, CharField, Sum, Value, When

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
    """Return the sections of a place with what this year's releases hold; two queries.

    A section's sum is that of its one kind of money. Where it has none (income and expense, balances,
    registers), its lines are told.
    """
    of_place = (
        Total.objects.public()
        .filter(
            region=region,
            kind__in=totals.open_kinds(),
            release__stage=Stage.PAID,
            start_on__year=today.year,
        )
        .annotate(section=_section())
    )
    few = totals.untold(of_place, "section", "kind")
    found = of_place.values("section", "kind").annotate(rows=Sum("row_count"), sum=Sum("amount"))
    rows: defaultdict[str, int] = defaultdict(int)
    amounts: dict[str, Decimal | None] = {}
    for one in found:
        section = SECTIONS.get(one["section"])
        if section is None or section.money not in {"", one["kind"]}:
            continue
        rows[section.slug] += one["rows"]
        if section.money:
            amounts[section.slug] = totals.without(one["sum"], few[one["section"], one["kind"]])
    shown = [section for section in SECTIONS.values() if rows[section.slug] > 0]
    figures = words.in_one_unit([amounts.get(section.slug) for section in shown])
    return [
        Told(
            title=section.title,
            href=f"{region.get_absolute_url()}{section.slug}/",
            rows=rows[section.slug],
            money=figure,
        )
        for section, figure in zip(shown, figures, strict=True)
    ]


def _section() -> Case:
    """Return in which section a total counts."""
    kinds = [kind for kind in registry.kinds() if kind.section]
    return Case(
        *(
            When(kind=kind.code, then=kind.money_section() if kind.money_section else Value(kind.section))
            for kind in kinds
        ),
        default=Value(""),
        output_field=CharField(),
    )
