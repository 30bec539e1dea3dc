"""How a place stands: one grouped query over its duties and one over its corrections.

Every figure of a page is a sum of the same cells (which place below or which office, and the month of the
deadline), so that no two of them can disagree.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.db.models.functions import Substr
from django.utils import timezone

from portal.duties.models import Duty, DutyQuerySet
from portal.duties.standing import Standing, months_before, year_before
from portal.overview.asked import Asked, Wanted, Whose
from portal.overview.cells import LEVELS_OF, cells, level_below
from portal.places.models import PREFIX_LENGTH, Region
from portal.releases.models import Release, State


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


def narrowed(asked: Asked) -> Q:
    """Return the condition of whose duties and which section are asked for."""
    condition = Q()
    if asked.who:
        condition &= Q(region__level__in=LEVELS_OF[Whose(asked.who)])
    if asked.section:
        condition &= Q(item__section=asked.section)
    return condition


def figures_of(region: Region, today: date, asked: Asked) -> Figures:
    """Return how a place stands; two queries."""
    members: dict[Key, Member] = {}
    months: defaultdict[date, Standing] = defaultdict(Standing)
    told = Standing()
    soon = 0
    # Every month that the trend shows lies whole in the year that is counted.
    first = months_before(today, 11).replace(day=1)
    for cell in cells(region, today, asked):
        key = Key(place=cell.digits, office=cell.office)
        member = members.setdefault(key, Member(key=key, name=cell.called))
        member.now += cell.now
        member.then += cell.then
        if first <= cell.month <= today:
            months[cell.month] += cell.now
        if cell.is_told:
            told += cell.now
            soon += cell.soon
    fixes = Fixes()
    for row in _fixes(region, today):
        made = Fixes(corrections=row["corrected_now"], withdrawals=row["withdrawn_now"])
        fixes += made
        if member_of := members.get(Key(place=row["place"], office=row["office"])):
            member_of.fixes = made
            member_of.fixes_then = Fixes(corrections=row["corrected_then"], withdrawals=row["withdrawn_then"])
    return Figures(
        whole=sum((member.now for member in members.values()), Standing()),
        months=dict(months),
        places=[member for key, member in members.items() if key.place],
        offices=[member for key, member in members.items() if not key.place],
        fixes=fixes,
        listed={
            Wanted.MISSING: told.missing,
            Wanted.SOON: soon,
            Wanted.LATE: told.late,
            Wanted.ON_TIME: told.on_time,
        },
    )


def _fixes(region: Region, today: date) -> list[dict[str, Any]]:
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
    below = level_below(region)
    own = Q(body__region=region.pk)
    digits = Substr("body__region__code", 1, PREFIX_LENGTH[below]) if below else Value("")
    grouped = found.annotate(
        place=Case(When(own, then=Value("")), default=digits),
        office=Case(When(own, then=F("body")), default=None, output_field=IntegerField()),
    )
    counted = (
        grouped.order_by()
        .values("place", "office")
        .annotate(
            corrected_now=Count("pk", filter=corrected & now),
            corrected_then=Count("pk", filter=corrected & then),
            withdrawn_now=Count("pk", filter=withdrawn & gone),
            withdrawn_then=Count("pk", filter=withdrawn & gone_then),
        )
    )
    return [dict(row) for row in counted]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def listed(region: Region, today: date, asked: Asked) -> DutyQuerySet:
    """Return the duties asked for, in the order of the list."""
    year = Duty.objects.within(region).filter(narrowed(asked), due_on__gte=year_before(today))
    past = year.filter(due_on__lt=today)
    found = {
        Wanted.MISSING: year.missing(today),
        Wanted.SOON: year.soon(today),
        Wanted.LATE: past.late(),
        Wanted.ON_TIME: past.on_time(),
        Wanted.NIL: year.nil(),
        Wanted.WITHDRAWN: year.withdrawn(),
        Wanted.NOT_DUE: year.not_due(today),
        Wanted.ALL: year,
    }[asked.wanted]
    return found.order_by(*(("-due_on", "-pk") if asked.wanted.is_newest_first else ("due_on", "pk")))
