"""The calendar as the table has it, and whether it reaches far enough."""

from __future__ import annotations

from datetime import date

from portal.workdays.arithmetic import Calendar
from portal.workdays.models import Kind, Workday

_NOTICE_IS_OUT = 12  # The notice for a year is published in the November before.


def current() -> Calendar:
    """Return the calendar of this moment, by one query; an action reads it once and passes it on.

    A year counts as known when its 1 October is a day off: every notice has it, while days at a year's
    end may come from the notice for the next.
    """
    days = dict(Workday.objects.values_list("on", "kind"))
    holidays = frozenset(day for day, kind in days.items() if kind == Kind.HOLIDAY)
    return Calendar(
        holidays=holidays,
        makeup=frozenset(days) - holidays,
        years=frozenset(day.year for day in holidays if (day.month, day.day) == (10, 1)),
    )


def gaps(calendar: Calendar, today: date) -> list[int]:
    """Return the years whose notice should be in by now: this year's, and from 1 December the next one's."""
    wanted = [today.year, today.year + 1] if today.month >= _NOTICE_IS_OUT else [today.year]
    return [year for year in wanted if not calendar.is_known(year)]
