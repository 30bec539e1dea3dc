"""The projects of a place as a list, and what they come to: a bounded number of queries for any place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractYear

from funds.models import LivelihoodProject, ProjectState
from funds.projects.asked import LATE, UNSETTLED, Asked
from funds.projects.deadlines import latest_overdue_event
from funds.projects.steps import BUILT
from portal.places.models import Level, Region
from portal.releases.models import Total
from portal.workdays.arithmetic import Calendar

PAGE = 20
_ZERO = Decimal(0)
_DAYS = ("announced_on", "awarded_on", "signed_on", "planned_start_on", "completed_on")
Projects = QuerySet[Any]


@dataclass(frozen=True, kw_only=True)
class Days:
    """The day on which a list is made, and the newest end of works whose final account is overdue."""

    today: date
    unsettled_until: date

    @classmethod
    def of(cls, today: date, calendar: Calendar) -> Days:
        """Return the days for a list made today."""
        return cls(today=today, unsettled_until=latest_overdue_event("final", today, calendar))

    @property
    def is_late(self) -> Q:
        """The condition of a project that is past its planned end and not finished."""
        going = Q(completed_on__isnull=True) & ~Q(state__in=[ProjectState.STOPPED, *BUILT])
        return going & Q(planned_end_on__lt=self.today)

    @property
    def is_unsettled(self) -> Q:
        """The condition of a project whose final account is due and not public."""
        return Q(completed_on__lte=self.unsettled_until, final_amount__isnull=True) & ~Q(
            state=ProjectState.STOPPED
        )


@dataclass
class Sums:
    """What some projects come to, in yuan."""

    count: int = 0
    budget: Decimal = _ZERO
    contract: Decimal = _ZERO
    final: Decimal = _ZERO
    late: int = 0
    unsettled: int = 0
    by_state: dict[str, int] = field(default_factory=dict)


def within(region: Region, board: str) -> Projects:
    """Return the public projects of a board in a place and everything below it, with the day they began."""
    found = LivelihoodProject.objects.listed().filter(board=board)
    if region.level == Level.VILLAGE:
        found = found.filter(region=region)
    else:
        found = found.filter(region__in=Region.objects.within(region).order_by().values("pk"))
    projects: Projects = found.annotate(begun_on=Coalesce(*_DAYS, "release__start_on"))
    return projects


def years_of(projects: Projects) -> list[int]:
    """Return the years in which projects began, newest first; one query."""
    years = projects.order_by().annotate(year=ExtractYear("begun_on")).values_list("year", flat=True)
    return sorted(years.distinct(), reverse=True)


def chosen(projects: Projects, asked: Asked, days: Days) -> Projects:
    """Return the projects that an address asks for."""
    if asked.year is not None:
        projects = projects.filter(begun_on__year=asked.year)
    if asked.state == LATE:
        return projects.filter(days.is_late)
    if asked.state == UNSETTLED:
        return projects.filter(days.is_unsettled)
    return projects.filter(state=asked.state) if asked.state else projects


def sums_of(projects: Projects, days: Days) -> Sums:
    """Return what projects come to, and how many of each state there are; one grouped query."""
    contract = F("contract_amount") + Coalesce("change_amount", _ZERO)
    found = (
        projects.order_by()
        .values("state")
        .annotate(
            count=Count("pk"),
            sum_budget=Sum("budget"),
            sum_contract=Sum(contract),
            sum_final=Sum("final_amount"),
            late=Count("pk", filter=days.is_late),
            unsettled=Count("pk", filter=days.is_unsettled),
        )
    )
    sums = Sums()
    for row in found:
        sums.by_state[row["state"]] = row["count"]
        sums.count += row["count"]
        sums.budget += row["sum_budget"]
        sums.contract += row["sum_contract"] or _ZERO
        sums.final += row["sum_final"] or _ZERO
        sums.late += row["late"]
        sums.unsettled += row["unsettled"]
    return sums


# Once through the chosen projects: as a condition on each total they would be looked for anew every time.
_PAID = """
WITH chosen AS MATERIALIZED ({projects})
SELECT sum(t.amount) FROM releases_total t
    JOIN releases_release r ON r.id = t.release_id AND r.state = 'published'
    JOIN chosen ON chosen.county = r.county AND chosen.project_no = t.subject
WHERE t.region_id = %s AND t.kind = 'disbursements'
"""


def paid_in(region: Region, projects: Projects) -> Decimal:
    """Return what was paid for projects of a place, from the totals that publishing wrote; one query."""
    sql, told = projects.order_by().values("county", "project_no").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_PAID.format(projects=sql), [*told, region.pk])
        paid: Decimal | None = cursor.fetchone()[0]
    return paid or _ZERO


def page_of(projects: Projects, asked: Asked) -> list[LivelihoodProject]:
    """Return one page, the newest first, and one project more where there is a further page; one query."""
    if asked.after is not None:
        projects = projects.filter(first_id__lt=asked.after)
    joined = projects.select_related("release", "region__parent")
    return list(joined.order_by("-first_id")[: PAGE + 1])


def paid_for_each(region: Region, projects: Sequence[LivelihoodProject]) -> dict[tuple[str, str], Decimal]:
    """Return what was paid for each of some projects, by county and number; one query."""
    found = (
        Total.objects.public()
        .filter(region=region, kind="disbursements", subject__in=[one.project_no for one in projects])
        .values("release__county", "subject")
        .annotate(sum=Sum("amount"))
    )
    return {(row["release__county"], row["subject"]): row["sum"] for row in found}
