"""How a place stands: one grouped query over its duties and one over its corrections.

Every figure of a page is a sum of the same cells (which place below or which office, and the month of the
deadline), so that no two of them can disagree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.db.models.functions import Substr, TruncMonth
from django.utils import timezone

from portal.duties.models import SOON, Duty, DutyQuerySet
from portal.duties.standing import Standing, months_before, year_before
from portal.overview.asked import Asked, Wanted, Whose
from portal.places.models import PREFIX_LENGTH, Level, Region
from portal.releases.models import Release, State

_LEVELS = [Level.CITY, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE]
_LEVELS_OF = {
    Whose.OFFICE: [Level.CITY, Level.COUNTY],
    Whose.TOWNSHIP: [Level.TOWNSHIP],
    Whose.VILLAGE: [Level.VILLAGE],
}
_PATHS = ("region", "region__parent", "region__parent__parent")


@dataclass(frozen=True, kw_only=True)
class Key:
    """A place right below (its digits), or an office of this very place."""

    place: str = ""
    office: int | None = None


@dataclass(frozen=True, kw_only=True)
class Fixes:
    """How often somebody corrected or withdrew what was public."""

    corrections: int = 0
    withdrawals: int = 0

    @property
    def all(self) -> int:
        """Both together."""
        return self.corrections + self.withdrawals

    def __add__(self, other: Fixes) -> Fixes:
        return Fixes(
            corrections=self.corrections + other.corrections,
            withdrawals=self.withdrawals + other.withdrawals,
        )


@dataclass(kw_only=True)
class Member:
    """A place right below or an office: what it owed over the last year, and the same a month ago."""

    key: Key
    name: str = ""
    now: Standing = field(default_factory=Standing)
    then: Standing = field(default_factory=Standing)
    fixes: Fixes = field(default_factory=Fixes)
    fixes_then: Fixes = field(default_factory=Fixes)

    @property
    def code(self) -> str:
        """The code of the place; empty for an office."""
        return self.key.place.ljust(12, "0") if self.key.place else ""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All that is counted of a place: `months` by the first day of each, `listed` by what can be listed."""

    whole: Standing
    months: dict[date, Standing]
    places: list[Member]
    offices: list[Member]
    fixes: Fixes
    listed: dict[Wanted, int]


def level_below(region: Region) -> Level | None:
    """Return the next level; None for a village."""
    at = _LEVELS.index(Level(region.level))
    return _LEVELS[at + 1] if at + 1 < len(_LEVELS) else None


def narrowed(asked: Asked) -> Q:
    """Return the condition of whose duties and which section are asked for."""
    condition = Q()
    if asked.who:
        condition &= Q(region__level__in=_LEVELS_OF[Whose(asked.who)])
    if asked.section:
        condition &= Q(item__section=asked.section)
    return condition


def figures_of(region: Region, today: date, asked: Asked) -> Figures:
    """Return how a place stands; two queries."""
    members: dict[Key, Member] = {}
    months: defaultdict[date, Standing] = defaultdict(Standing)
    listed = dict.fromkeys([Wanted.MISSING, Wanted.SOON, Wanted.LATE, Wanted.ON_TIME], 0)
    first = months_before(today, 11).replace(day=1)
    for cell in _cells(region, today, asked):
        member = _member(members, cell)
        member.now += _standing(cell, "now")
        member.then += _standing(cell, "then")
        if cell["month"] >= first:
            months[cell["month"]] += _standing(cell, "month")
        for wanted in listed:
            listed[wanted] += cell[f"listed_{wanted.name.lower()}"]
    fixes = Fixes()
    for cell in _fixes(region, today):
        told = Fixes(corrections=cell["corrections"], withdrawals=cell["withdrawals"])
        fixes += told
        member = members.get(_key(cell), Member(key=Key()))
        member.fixes = told
        member.fixes_then = Fixes(corrections=cell["corrections_then"], withdrawals=cell["withdrawals_then"])
    return Figures(
        whole=sum((member.now for member in members.values()), Standing()),
        months=dict(sorted(months.items())),
        places=[member for key, member in members.items() if key.place],
        offices=[member for key, member in members.items() if not key.place],
        fixes=fixes,
        listed=listed,
    )


def _key(cell: dict[str, Any]) -> Key:
    return Key(place=cell["place"], office=cell["office"])


def _member(members: dict[Key, Member], cell: dict[str, Any]) -> Member:
    key = _key(cell)
    return members.setdefault(key, Member(key=key, name=cell["called"]))


def _standing(cell: dict[str, Any], of: str) -> Standing:
    due, public, on_time = cell[f"due_{of}"], cell[f"public_{of}"], cell[f"on_time_{of}"]
    return Standing(due=due, on_time=on_time, late=public - on_time, missing=due - public)


# Any: what the plugin cannot follow through keys given by name.
def _by_member(found: Any, region: Region, *, path: str, office: str) -> Any:
    """Annotate which place below, or which office of this place, something belongs to."""
    below = level_below(region)
    digits = PREFIX_LENGTH[below] if below else 0
    own = When(**{path: region.pk}, then=F(office))
    place = Substr(f"{path}__code", 1, digits) if below else Value("")
    return found.annotate(
        place=Case(When(**{path: region.pk}, then=Value("")), default=place),
        office=Case(own, default=None, output_field=IntegerField()),
    )


def _called(region: Region) -> Case:
    """Return the everyday name of the place below, or the name of the office."""
    below = level_below(region)
    deep = _LEVELS.index(Level.VILLAGE) - _LEVELS.index(below) + 1 if below else 0
    names = [When(**{f"{path}__level": below}, then=F(f"{path}__short_name")) for path in _PATHS[:deep]]
    return Case(When(region=region.pk, then=F("body__name")), *names, default=Value(""))


def _cells(region: Region, today: date, asked: Asked) -> Iterable[dict[str, Any]]:
    """Return the counts of a place's duties by member and month of the deadline; one query."""
    before = months_before(today, 1)
    in_time = Q(met_on__lte=F("due_on"))
    now = Q(due_on__gte=year_before(today), due_on__lt=today)
    then = Q(due_on__gte=year_before(before), due_on__lt=before)
    public = Q(release__isnull=False)
    # What was withdrawn since was public on that day.
    public_then = Q(met_on__lte=before) & (Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=before))
    told = narrowed(asked)
    found = Duty.objects.counted().within(region)
    found = found.filter(due_on__gte=year_before(before), due_on__lte=today + SOON)
    grouped: Any = _by_member(found, region, path="region", office="body").annotate(
        month=TruncMonth("due_on"), called=_called(region)
    )
    cells: Iterable[dict[str, Any]] = (
        grouped.order_by()
        .values("place", "office", "month", "called")
        .annotate(
            due_now=Count("pk", filter=now),
            public_now=Count("pk", filter=now & public),
            on_time_now=Count("pk", filter=now & public & in_time),
            due_then=Count("pk", filter=then),
            public_then=Count("pk", filter=then & public_then),
            on_time_then=Count("pk", filter=then & public_then & in_time),
            due_month=Count("pk", filter=Q(due_on__lt=today)),
            public_month=Count("pk", filter=Q(due_on__lt=today) & public),
            on_time_month=Count("pk", filter=Q(due_on__lt=today) & public & in_time),
            listed_missing=Count("pk", filter=now & ~public & told),
            listed_soon=Count("pk", filter=Q(due_on__gte=today) & ~public & told),
            listed_late=Count("pk", filter=now & public & ~in_time & told),
            listed_on_time=Count("pk", filter=now & public & in_time & told),
        )
        .order_by("place", "called", "office", "month")
    )
    return cells


def _fixes(region: Region, today: date) -> Iterable[dict[str, Any]]:
    """Return corrections and withdrawals of the last year by member, now and a month ago; one query."""
    before = months_before(today, 1)
    corrected = Q(corrects__isnull=False, state=State.PUBLISHED)
    withdrawn = Q(state=State.WITHDRAWN)
    now = Q(published_on__gte=year_before(today))
    then = Q(published_on__gte=year_before(before), published_on__lt=before)
    gone = Q(withdrawn_at__gte=_midnight(year_before(today)))
    gone_then = Q(withdrawn_at__gte=_midnight(year_before(before)), withdrawn_at__lt=_midnight(before))
    found = Release.objects.filter(
        (corrected & Q(published_on__gte=year_before(before)))
        | (withdrawn & Q(withdrawn_at__gte=_midnight(year_before(before)))),
        body__region__code__startswith=region.prefix,
    )
    grouped = _by_member(found, region, path="body__region", office="body")
    cells: Iterable[dict[str, Any]] = (
        grouped.order_by()
        .values("place", "office")
        .annotate(
            corrections=Count("pk", filter=corrected & now),
            corrections_then=Count("pk", filter=corrected & then),
            withdrawals=Count("pk", filter=withdrawn & gone),
            withdrawals_then=Count("pk", filter=withdrawn & gone_then),
        )
    )
    return cells


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def listed(region: Region, today: date, asked: Asked) -> DutyQuerySet:
    """Return the duties asked for, in the order of the list."""
    year = Duty.objects.counted().within(region).filter(narrowed(asked), due_on__gte=year_before(today))
    past = year.filter(due_on__lt=today)
    found = {
        Wanted.MISSING: year.missing(today),
        Wanted.SOON: year.soon(today),
        Wanted.LATE: past.late(),
        Wanted.ON_TIME: past.on_time(),
        Wanted.ALL: year,
    }[asked.wanted]
    return found.order_by(*(("-due_on", "-pk") if asked.wanted.is_newest_first else ("due_on", "pk")))
