"""What is to be published: the first thing on the desk of who enters, then of who reviews."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from portal.duties.models import Duty, DutyQuerySet
from portal.duties.staff.lines import lines, with_last, with_progress
from portal.people.models import INSPECTORS, Role, User
from portal.people.scope import bodies, has_role
from portal.people.scoped import staff
from portal.people.site import Entry, Section, is_at
from portal.releases.staff.worklist import counts
from portal.workdays.left import SOON

REVIEWERS = {Role.TOWNSHIP_REVIEWER, Role.COUNTY_REVIEWER}
READERS = {Role.CLERK, *REVIEWERS, *INSPECTORS}
SHOWN = 15


def entries(request: HttpRequest) -> Iterable[Entry]:
    """Return the word in the menu of those who owe something, or see to it."""
    if has_role(staff(request), *READERS):
        url = reverse("admin:duties_duty_changelist")
        yield Entry(word="全部待办", url=url, is_current=is_at(request, url))


def for_clerk(request: HttpRequest) -> Iterable[Section]:
    """Return what a clerk is to publish, from tight to loose."""
    user = staff(request)
    if has_role(user, Role.CLERK):
        yield _section(user, {Role.CLERK}, "我该公开的", waiting=("returned", "退回来的"))


def for_reviewer(request: HttpRequest) -> Iterable[Section]:
    """Return what the offices below a reviewer are to publish; what waits for the reviewer comes before."""
    user = staff(request)
    if has_role(user, *REVIEWERS) and not has_role(user, Role.CLERK):
        yield _section(user, REVIEWERS, "下面该公开的", waiting=("waiting", "等您审的"))


def _section(user: User, roles: set[Role], title: str, *, waiting: tuple[str, str]) -> Section:
    today = timezone.localdate()
    owed = Duty.objects.filter(body__in=bodies(user, roles)).open(today)
    found = _counted(owed, today)
    shown = with_last(with_progress(_tightest(owed).with_names())).order_by("due_on", "pk")
    clerks = Role.CLERK in roles
    context = {
        "lights": _lights(found, waiting, counts(user, {waiting[0]})[waiting[0]]),
        "lines": lines(shown, today=today, clerks=clerks),
        "clerks": clerks,
        "more": max(found["all"] - SHOWN, 0),
    }
    return Section(
        title=title,
        template="portal/duties/today.html",
        count=found["missing"],
        context=context,
        wide="above" if clerks else "below",
    )


def _tightest(owed: DutyQuerySet) -> DutyQuerySet:
    """Return the first few; found by keys alone, and sorted by what no index offers.

    Else the planner walks all open duties of the country by their day, joined, to meet fifteen of one place.
    """
    keys = owed.order_by(Cast("due_on", TextField()), "pk").values_list("pk", flat=True)[:SHOWN]
    return Duty.objects.filter(pk__in=list(keys))


def _counted(owed: DutyQuerySet, today: date) -> dict[str, int]:
    """Return how many are overdue, due soon, and open at all; one query."""
    return owed.order_by().aggregate(
        missing=Count("pk", filter=Q(due_on__lt=today)),
        soon=Count("pk", filter=Q(due_on__range=(today, today + SOON))),
        all=Count("pk"),
    )


def _lights(found: dict[str, int], waiting: tuple[str, str], count: int) -> list[dict[str, Any]]:
    """Return the three counters, each with where it leads to."""
    duties, releases = reverse("admin:duties_duty_changelist"), reverse("admin:releases_release_changelist")
    tab, word = waiting
    return [
        {"url": f"{duties}?state=missing", "state": "bad", "count": found["missing"], "word": "过期"},
        {"url": f"{duties}?state=soon", "state": "warn", "count": found["soon"], "word": "快到期"},
        {"url": f"{releases}?tab={tab}", "state": "info", "count": count, "word": word},
    ]
