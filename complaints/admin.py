"""Complaints in the staff's site: the way to the desk for officers; offices and time limits to look at.

Tickets, reports and keys are not here: an administrator must not learn even that one exists.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from complaints.models import DeadlineRule, Office
from complaints.tickets.reminders import counts
from portal.people.models import INSPECTORS
from portal.people.scope import has_role
from portal.people.scoped import ScopedAdmin, staff
from portal.people.site import Entry, Section, is_at, menu, sections


def entries(request: HttpRequest) -> Iterable[Entry]:
    """Return the desk's word in the menu of those it is for."""
    if has_role(staff(request), *INSPECTORS):
        url = reverse("desk:queue")
        yield Entry(word="举报工单", url=url, is_current=is_at(request, url))


def today(request: HttpRequest) -> Iterable[Section]:
    """Return how many tickets wait for an officer: only how many, the desk shows which."""
    user = staff(request)
    if has_role(user, *INSPECTORS):
        found = counts(user, timezone.localdate())
        yield Section(
            title="举报工单",
            template="complaints/desk/today.html",
            count=found["new"] + found["overdue"],
            context=dict(found),
        )


menu.insert(0, entries)
sections.insert(0, today)


@admin.register(Office)
class OfficeAdmin(ScopedAdmin[Office]):
    """The offices that take in reports, to look at: who founds one decides who reads."""

    list_display = ("body", "superior")

    def scope(self, request: HttpRequest) -> QuerySet[Office]:
        """Return every office: they stand on the public pages."""
        return Office.objects.select_related("body", "superior__body")


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(ScopedAdmin[DeadlineRule]):
    """The time limits with their sources, to look at."""

    list_display = ("track", "step", "days", "unit", "extension_days", "extensions", "start_on", "source")
    ordering = ("track", "step", "start_on")

    def scope(self, request: HttpRequest) -> QuerySet[DeadlineRule]:
        """Return every rule: they are the law's, or published."""
        return DeadlineRule.objects.all()
