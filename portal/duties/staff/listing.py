"""The list of all duties: by state, item and place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from portal.catalogue.models import CatalogueItem
from portal.duties.models import Duty, DutyQuerySet
from portal.duties.staff.today import READERS
from portal.people.scope import held
from portal.people.scoped import staff
from portal.places.models import PREFIX_LENGTH, Region

STATE = "state"
_STATES: dict[str, tuple[str, Callable[[DutyQuerySet], DutyQuerySet]]] = {
    "": ("还没公开的", lambda found: found.open(timezone.localdate())),
    "missing": ("过期", lambda found: found.missing(timezone.localdate())),
    "soon": ("快到期", lambda found: found.soon(timezone.localdate())),
    "withdrawn": (
        "撤下了",
        lambda found: found.filter(withdrawn_on__isnull=False, release__isnull=True),
    ),
    "late": ("晚了", lambda found: found.late()),
    "on_time": ("按时", lambda found: found.on_time().filter(is_nil=False)),
    "nil": ("本期没有", lambda found: found.filter(is_nil=True)),
    "all": ("全部", lambda found: found),
}


class StateFilter(admin.SimpleListFilter):
    """How a duty stands today; without a choice what is still to be done."""

    title = "怎么样了"
    parameter_name = STATE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Name every state but the one that is shown without asking."""
        return [(key, word) for key, (word, _) in _STATES.items() if key]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Duty]) -> QuerySet[Duty]:
        """Keep what stands so; an unknown word is no choice."""
        _, keep = _STATES.get(self.value() or "", _STATES[""])
        return keep(queryset)  # type: ignore[arg-type] # this model's own queryset

    def choices(self, changelist: ChangeList) -> Iterator[Any]:  # rows that Django's own type names
        """Say what is shown where nothing is chosen."""
        first, *rest = super().choices(changelist)
        yield {**first, "display": _STATES[""][0]}
        yield from rest


def is_done(state: str) -> bool:
    """Return whether a state tells of the past: then the newest comes first."""
    return state in {"late", "on_time", "nil", "all"}


class ItemFilter(admin.SimpleListFilter):
    """One item of the catalogue, of those that anything is owed of here."""

    title = "什么"
    parameter_name = "item"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Name the items that are owed in the own place."""
        owed = model_admin.get_queryset(request).order_by().values("item")
        return list(CatalogueItem.objects.filter(pk__in=owed).values_list("code", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Duty]) -> QuerySet[Duty]:
        """Keep one item."""
        return queryset.filter(item__code=self.value()) if self.value() else queryset


class PlaceFilter(admin.SimpleListFilter):
    """The own place alone, or one of the places right below it with all that lies in it."""

    title = "哪里"
    parameter_name = "place"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Name the places that a reader acts for, and those right below them."""
        own = [one.body.region for one in held(staff(request), READERS)]
        below = Region.objects.filter(parent__in=own).order_by("code")
        first = [(f"={region.code}", f"{region.short_name}本级") for region in own]
        return list(dict.fromkeys([*first, *((region.code, region.short_name) for region in below)]))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Duty]) -> QuerySet[Duty]:
        """Keep one place."""
        asked = self.value() or ""
        if asked.startswith("="):
            return queryset.filter(region__code=asked[1:])
        if len(asked) != PREFIX_LENGTH["village"] or not asked.isdigit():
            return queryset
        region = Region.objects.filter(code=asked).first()
        return queryset.filter(region__code__startswith=region.prefix) if region else queryset.none()
