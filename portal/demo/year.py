"""Which periods and paydays the demo's year has, counted back from a day (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from portal.columns.periods import Granularity, Period

_SATURDAY = 5


@dataclass(frozen=True)
class DemoYear:
    """The twelve whole months and four whole quarters before the month of `today`."""

    today: date
    months: tuple[Period, ...]
    quarters: tuple[Period, ...]

    @classmethod
    def before(cls, today: date) -> DemoYear:
        """Return the year that lies behind a day, oldest periods first."""
        return cls(
            today, _last(Granularity.MONTH, 12, before=today), _last(Granularity.QUARTER, 4, before=today)
        )

    @property
    def opened_on(self) -> date:
        """The day on which the county begins to publish; what is older it loads as history."""
        return weekday_from(self.months[0].start + timedelta(days=2))

    def paid_year(self, month: int, day: int) -> int:
        """Return the latest year whose yearly payday lies in the months that are over."""
        year = self.today.year
        return year if date(year, month, day) < self.months[-1].end else year - 1

    def published_after(self, paid_on: date, days: int) -> date:
        """Return a weekday some days after a payment, never in the future."""
        return min(weekday_from(paid_on + timedelta(days=days)), self.today)


def payday(period: Period, day: int) -> date:
    """Return the last weekday up to that day of the period's last month, and never after it."""
    last = period.end - timedelta(days=1)
    wanted = last.replace(day=min(day, last.day))
    return wanted - timedelta(days=max(wanted.weekday() - _SATURDAY + 1, 0))


def weekday_from(day: date) -> date:
    """Return the day itself, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)


def _last(length: Granularity, count: int, *, before: date) -> tuple[Period, ...]:
    found = [Period.containing(before, length).previous()]
    while len(found) < count:
        found.insert(0, found[0].previous())
    return tuple(found)
