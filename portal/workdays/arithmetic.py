"""Counting days and working days, with make-up days, pauses and years without data (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Literal

Unit = Literal["workdays", "days"]
# Half-open [start, end); end None = still open.
Pause = tuple[date, date | None]

_DAY = timedelta(days=1)
_SATURDAY = 5
_VERSION_LENGTH = 12


@dataclass(frozen=True)
class Calendar:
    """Which days are worked: Monday to Friday, but for the days off and the make-up days.

    `years` are those whose notice is known; in all others Monday to Friday is a guess.
    """

    holidays: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    @cached_property
    def version(self) -> str:
        """A short hash of the content: equal calendars give equal versions in every process."""
        lines = [
            *(f"off {day}" for day in sorted(self.holidays)),
            *(f"on {day}" for day in sorted(self.makeup)),
            *(f"year {year}" for year in sorted(self.years)),
        ]
        return sha256("\n".join(lines).encode()).hexdigest()[:_VERSION_LENGTH]

    def is_known(self, year: int) -> bool:
        """Say whether the notice for a year is in."""
        return year in self.years

    def is_workday(self, day: date) -> bool:
        """Say whether offices work on a day."""
        return day in self.makeup or (day.weekday() < _SATURDAY and day not in self.holidays)

    def next_workday(self, day: date) -> date:
        """Return the day itself when it is worked, else the next that is."""
        while not self.is_workday(day):
            day += _DAY
        return day

    def add(self, day: date, n: int, unit: Unit, pauses: Iterable[Pause] = ()) -> date | None:
        """Return the last day of a time limit of `n` days, or None while an open pause holds it up.

        The anchor `day` is not counted, nor is any paused day. A limit in calendar days that ends on a
        day that is not worked, or paused, ends on the next that is worked and not paused. Zero days
        end on the anchor itself or, by the same rule, on the next such day.

        Raises:
            ValueError: `n` is negative.
        """
        if n < 0:
            raise ValueError("A time limit cannot be negative.")
        counts = unit == "days"
        passed = 0
        for one in unpaused(day, pauses):
            is_workday = self.is_workday(one)
            passed += one > day and (counts or is_workday)
            if passed >= n and is_workday:
                return one
        return None

    def workdays_between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.workdays_between(end, start)
        days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
        return sum(map(self.is_workday, days))

    def days_left(self, due_on: date, today: date) -> int:
        """Return how many working days are left after today: 0 on the last day, below 0 once it is past.

        On the weekend after a last Friday no working day has passed yet, and still it is -1.
        """
        if today > due_on:
            return min(-1, self.workdays_between(today, due_on))
        return self.workdays_between(today, due_on)


def merged(pauses: Iterable[Pause]) -> list[Pause]:
    """Return the same paused days as intervals in order, none empty, that neither touch nor overlap."""
    found: list[Pause] = []
    for start, end in sorted(pauses, key=lambda pause: pause[0]):
        if end is not None and end <= start:
            continue
        if not found or (found[-1][1] is not None and found[-1][1] < start):
            found.append((start, end))
            continue
        before, until = found[-1]
        found[-1] = (before, None if until is None or end is None else max(until, end))
    return found


def unpaused(day: date, pauses: Iterable[Pause]) -> Iterator[date]:
    """Yield the days from `day` on that no pause holds, in order; ends where an open pause begins."""
    for start, end in merged(pauses):
        while day < start:
            yield day
            day += _DAY
        if end is None:
            return
        day = max(day, end)
    while True:
        yield day
        day += _DAY
