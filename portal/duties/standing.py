"""Figures over duties: how much was due, how much came, how much came in time. Computed in SQL.

Of what was due in the last twelve months, completeness is the share that is public today, and punctuality the
share that became public on or before its day. What was declared as nothing counts as public.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q

from portal.duties.models import Duty, DutyQuerySet
from portal.places.models import Region

_MONTHS = 12
_COUNTS = {
    "due": Count("pk"),
    "on_time": Count("pk", filter=Q(release__isnull=False, met_on__lte=F("due_on"))),
    "late": Count("pk", filter=Q(release__isnull=False, met_on__gt=F("due_on"))),
    "missing": Count("pk", filter=Q(release__isnull=True)),
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What was due, and what became of it; `due` is the sum of the other three."""

    due: int = 0
    on_time: int = 0
    late: int = 0
    missing: int = 0

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Standing:
        """Return the figures of a row of a grouped query."""
        return cls(**{name: found[name] for name in _COUNTS})

    def __add__(self, other: Standing) -> Standing:
        return Standing(
            due=self.due + other.due,
            on_time=self.on_time + other.on_time,
            late=self.late + other.late,
            missing=self.missing + other.missing,
        )

    @property
    def completeness(self) -> int | None:
        """Of 100 things due, how many are public (rounded down: only all is 100); None where none was due."""
        return (self.due - self.missing) * 100 // self.due if self.due else None

    @property
    def punctuality(self) -> int | None:
        """Of 100 things due, how many came in time (rounded down); None where none was due."""
        return self.on_time * 100 // self.due if self.due else None

    @property
    def failed(self) -> int:
        """How many came late or not at all."""
        return self.late + self.missing


def year_before(today: date) -> date:
    """Return the first day of the twelve months before a day."""
    return months_before(today, _MONTHS)


def months_before(day: date, months: int) -> date:
    """Return the day some months before, at most the 28th."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    # 29 February has no day of its own in other years.
    return date(years, month + 1, min(day.day, 28))


def last_year(today: date) -> DutyQuerySet:
    """Return what was due in the twelve months before today."""
    return Duty.objects.past(today, since=year_before(today))


def count(duties: DutyQuerySet) -> Standing:
    """Return the figures of some duties; one query."""
    return Standing.of(duties.aggregate(**_COUNTS))


def of_place(region: Region, today: date) -> Standing:
    """Return the figures of a place and everything below it over the last twelve months; one query."""
    return count(last_year(today).within(region))
