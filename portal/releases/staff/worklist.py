"""The releases as a work list: what waits for me, what I drafted, what came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from portal.people.models import Role, User
from portal.people.scope import bodies
from portal.people.scoped import staff
from portal.releases.models import Release, State

PARAMETER = "tab"
EMPTY = {
    "waiting": "没有等您审的。",
    "mine": "您还没有录过。",
    "returned": "没有退回来的。",
    "drafts": "没有草稿。",
    "review": "没有在审的。",
    "published": "还没有公开的。",
    "withdrawn": "没有撤下的。",
    "discarded": "没有作废的。",
}


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One tab with its count."""

    key: str
    word: str
    count: int
    is_current: bool


def conditions(user: User) -> dict[str, tuple[str, Q]]:
    """Return word and condition of each tab, in order."""
    drafted = Q(state=State.DRAFT)
    waiting = Release.objects.waiting_for(user).values("pk")
    own = bodies(user, {Role.CLERK}).values("pk")
    return {
        "waiting": ("我要审的", Q(pk__in=waiting)),
        "returned": ("退回来的", drafted & Q(round__gt=1, body__in=own)),
        "mine": ("我录的", Q(drafted_by=user) & ~Q(state=State.DISCARDED)),
        "drafts": ("草稿", drafted),
        "review": ("审核中", Q(state=State.IN_REVIEW)),
        "published": ("已公开", Q(state=State.PUBLISHED)),
        "withdrawn": ("已撤下", Q(state=State.WITHDRAWN)),
        "discarded": ("已作废", Q(state=State.DISCARDED)),
    }


def counts(user: User, keys: set[str] | None = None) -> dict[str, int]:
    """Return how many releases stand behind each tab, in one query."""
    wanted = {
        key: Count("pk", filter=condition)
        for key, (_, condition) in conditions(user).items()
        if keys is None or key in keys
    }
    # Django refuses an aggregate over a queryset limited by subqueries only when it is sliced.
    return Release.objects.for_staff(user).order_by().aggregate(**wanted)


def tabs(user: User, current: str | None) -> list[Tab]:
    """Return the tabs; those with nothing behind them only where somebody stands on them."""
    found = counts(user)
    return [
        Tab(key=key, word=word, count=found[key], is_current=key == current)
        for key, (word, _) in conditions(user).items()
        if found[key] or key == current
    ]


class TabFilter(admin.SimpleListFilter):
    """The tab as Django's admin knows it: a filter in the address."""

    title = "哪一类"
    parameter_name = PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Name every tab."""
        return [(key, word) for key, (word, _) in conditions(staff(request)).items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Release]) -> QuerySet[Release]:
        """Keep what stands behind the chosen tab."""
        chosen = conditions(staff(request)).get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset
