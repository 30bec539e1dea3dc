"""Periods (所属期): a year, a half, a quarter or a month, as half-open ranges of days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Self

from portal.columns.column import CellError
from portal.columns.folding import without_spaces

_HALF, _QUARTER, _MONTH = r"[Hh]([12])", r"[Qq]([1-4])", r"-?(0[1-9]|1[0-2])"
_FORMS = re.compile(rf"([0-9]{{4}})(?:{_HALF}|{_QUARTER}|{_MONTH}|-([1-9]))?")
_WORDS = re.compile(r"([0-9]{4})年度?(?:([上下])半年度?|第?([1-4一二三四])季度|(0?[1-9]|1[0-2])月份?)?")
_NUMERALS = {"上": 1, "下": 2, "一": 1, "二": 2, "三": 3, "四": 4}
_YEARS = range(1949, 2101)


class Granularity(StrEnum):
    """How long a period is."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"

    @property
    def months(self) -> int:
        """Number of months."""
        return _MONTHS[self]


_MONTHS = {
    Granularity.YEAR: 12,
    Granularity.HALF: 6,
    Granularity.QUARTER: 3,
    Granularity.MONTH: 1,
}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` to the day before `end`."""

    start: date
    end: date
    granularity: Granularity

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the period that `text` names: 2026, 2026H1, 2026Q1, 2026-03 (or 2026年3月 …).

        Raises:
            CellError: it names none.
        """
        granularity, year, number = _read(text)
        return cls.numbered(year, number, granularity)

    @classmethod
    def numbered(cls, year: int, number: int, granularity: Granularity) -> Self:
        """Return the `number`th (from 1) month, quarter, half or year of `year`."""
        months = granularity.months
        start = date(year, (number - 1) * months + 1, 1)
        return cls(start, _months_later(start, months), granularity)

    @classmethod
    def containing(cls, day: date, granularity: Granularity | str) -> Self:
        """Return the period of that length in which `day` lies."""
        length = Granularity(granularity)
        return cls.numbered(day.year, (day.month - 1) // length.months + 1, length)

    @classmethod
    def spanning(cls, start: date, end: date) -> Self:
        """Return the period of exactly these half-open days; raise ValueError where there is none."""
        months = (end.year - start.year) * 12 + end.month - start.month
        for granularity, length in _MONTHS.items():
            if length == months and start.day == end.day == 1:
                return cls(start, end, granularity)
        raise ValueError(f"no period from {start} to {end}")

    def contains(self, other: date | Period) -> bool:
        """Say whether a day, or every day of a period, lies in this one."""
        if isinstance(other, Period):
            return self.start <= other.start and other.end <= self.end
        return self.start <= other < self.end

    def previous(self) -> Period:
        """Return the period of the same length that ends where this one starts."""
        return Period.containing(self.start - timedelta(days=1), self.granularity)

    def next(self) -> Period:
        """Return the period of the same length that starts where this one ends."""
        return Period.containing(self.end, self.granularity)

    def label(self) -> str:
        """Return the short form that files and addresses use."""
        year, month = self.start.year, self.start.month
        match self.granularity:
            case Granularity.YEAR:
                return f"{year:04d}"
            case Granularity.HALF:
                return f"{year:04d}H{(month + 5) // 6}"
            case Granularity.QUARTER:
                return f"{year:04d}Q{(month + 2) // 3}"
            case Granularity.MONTH:
                return f"{year:04d}-{month:02d}"

    def __str__(self) -> str:
        """Return the label."""
        return self.label()


@lru_cache(maxsize=4096)
def parse_period(raw: str) -> Period:
    """Return the period that a cell names; the same object for the same text."""
    return Period.parse(raw)


def _read(raw: str) -> tuple[Granularity, int, int]:
    """Return length, year and number of the period in `raw`."""
    text = without_spaces(raw)
    month: str | None = None
    if match := _FORMS.fullmatch(text):
        year, half, quarter, month, short_month = match.groups()
        month = month or short_month
    elif match := _WORDS.fullmatch(text):
        year, half, quarter, month = match.groups()
    else:
        raise CellError("所属期写法不对，请写成 2026、2026H1、2026Q1 或 2026-03")
    if int(year) not in _YEARS:
        raise CellError("所属期的年份不对，请写成 2026、2026H1、2026Q1 或 2026-03")
    for granularity, number in (
        (Granularity.HALF, half),
        (Granularity.QUARTER, quarter),
        (Granularity.MONTH, month),
    ):
        if number:
            return granularity, int(year), _NUMERALS.get(number) or int(number)
    return Granularity.YEAR, int(year), 1


def _months_later(start: date, months: int) -> date:
    """Return the first day of the month `months` after that of `start`."""
    years, month = divmod(start.month - 1 + months, 12)
    return date(start.year + years, month + 1, 1)
