"""What else a board of the catalogue holds in a place, beside what its section lists itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from funds.households import counties_above
from funds.models import LivelihoodProject, Programme, Standard
from portal.catalogue.models import Section as Board
from portal.pages import totals, words
from portal.pages.asked import address
from portal.places.models import Level, Region
from portal.releases.models import DisclosedRowQuerySet
from villages.models import VillageAsset

_MOST = 20


@dataclass(frozen=True, kw_only=True)
class PaidLine:
    """What one programme paid in a place in its newest year; `money` is None where it may not be told."""

    title: str
    href: str
    rows: int
    money: words.Money | None


def revitalization(region: Region, _row: Any) -> dict[str, Any]:  # Any: none on a place's page
    """Gather programmes, payments and things of rural revitalization in a place; four queries."""
    programmes = _of_board(Programme.objects, Board.REVITALIZATION).filter(county__in=counties_above(region))
    things = _within(_of_board(VillageAsset.objects, Board.REVITALIZATION), region)
    return {
        "programmes": list(programmes.order_by("county", "code")[:_MOST]),
        "payments": _payments(region, Board.REVITALIZATION),
        "things": things.count(),
    }


def business(region: Region, _row: Any) -> dict[str, Any]:  # Any: none on a place's page
    """Gather policies in force and results of procurement of the business board in a place; three queries."""
    today = timezone.localdate()
    standards = _of_board(Standard.objects, Board.BUSINESS).filter(county__in=counties_above(region))
    in_force = standards.filter(Q(end_on__isnull=True) | Q(end_on__gt=today), start_on__lte=today)
    projects = _within(_of_board(LivelihoodProject.objects, Board.BUSINESS), region)
    sums = projects.aggregate(count=Count("pk"), budget=Sum("budget"))
    return {
        "standards": list(in_force.order_by("programme_code", "name", "region", "-start_on")[:_MOST]),
        "projects": list(projects.order_by("-first_id")[:_MOST]) if sums["count"] else [],
        "count": sums["count"],
        "budget": words.in_one_unit([sums["budget"]])[0],
    }


def _of_board(rows: Any, board: str) -> DisclosedRowQuerySet:  # Any: the manager of some kind
    """Return the public rows of a kind under the items of a board."""
    found: DisclosedRowQuerySet = rows.listed().filter(release__item__section=board)
    return found.select_related("release")


def _within(rows: DisclosedRowQuerySet, region: Region) -> DisclosedRowQuerySet:
    """Keep the rows of a place and of everything below it."""
    if region.level == Level.VILLAGE:
        return rows.filter(region=region)
    return rows.filter(region__in=Region.objects.within(region).order_by().values("pk"))


def _payments(region: Region, board: str) -> list[PaidLine]:
    """Return what each programme of a board paid in its newest year, from totals; two queries."""
    found = totals.by_programme(totals.groups(region, ["payments"], posted=False, board=board))[:_MOST]
    figures = words.in_one_unit([group.amount for group in found])
    path = f"{region.get_absolute_url()}subsidies/"
    return [
        PaidLine(
            title=group.title,
            href=address(path, year=group.start_on.year, programme=group.subject),
            rows=group.rows,
            money=figure,
        )
        for group, figure in zip(found, figures, strict=True)
    ]
