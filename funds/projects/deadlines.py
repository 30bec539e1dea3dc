"""By when what follows the end of the works must be public: dated data with a source (pure after reading)."""

from __future__ import annotations

import csv
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import cast

from portal.workdays.arithmetic import Calendar, Unit

_FILE = Path(__file__).parent.parent / "data" / "project_deadlines.csv"
_DAY = timedelta(days=1)
_YEAR_DAYS = 366


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """So many months, and then days, after the event; for events on [start_on, end_on)."""

    name: str
    start_on: date
    end_on: date | None
    months: int
    days: int
    unit: Unit
    source: str
    # Whether no text was found that sets it.
    is_assumed: bool


def due_on(name: str, event_on: date, calendar: Calendar) -> date:
    """Return the last day on which something may become public that is in time.

    Raises:
        LookupError: no deadline of that name holds on that day.
    """
    one = deadline_on(name, event_on)
    # Without pauses a limit always ends.
    return cast("date", calendar.add(_months_after(event_on, one.months), one.days, one.unit))


def deadline_on(name: str, event_on: date) -> Deadline:
    """Return the deadline that holds for an event; raise LookupError for none."""
    for one in _deadlines():
        in_force = one.start_on <= event_on and (one.end_on is None or event_on < one.end_on)
        if one.name == name and in_force:
            return one
    raise LookupError(f"No deadline {name!r} on {event_on}.")


def latest_overdue_event(name: str, today: date, calendar: Calendar) -> date:
    """Return the newest day of an event whose deadline is over."""
    day = today
    for _ in range(2 * _YEAR_DAYS):
        if due_on(name, day, calendar) < today:
            return day
        day -= _DAY
    raise LookupError(f"Deadline {name!r} is longer than two years.")


def _months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day."""
    at = day.month - 1 + months
    year, month = day.year + at // 12, at % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@cache
def _deadlines() -> tuple[Deadline, ...]:
    with _FILE.open(encoding="utf-8", newline="") as stream:
        return tuple(
            Deadline(
                name=row["name"],
                start_on=date.fromisoformat(row["start_on"]),
                end_on=date.fromisoformat(row["end_on"]) if row["end_on"] else None,
                months=int(row["months"]),
                days=int(row["days"]),
                unit=cast("Unit", row["unit"]),
                source=row["source"],
                is_assumed=row["confidence"] == "assumed",
            )
            for row in csv.DictReader(stream)
        )
