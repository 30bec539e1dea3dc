"""Days of every year on which something falls due (每年应收月日): 06-30;12-31."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from portal.columns.column import Cell, CellError
from portal.columns.folding import without_spaces

_DAY = re.compile(r"(?:每年)?([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})[日号]?")
_SEPARATORS = re.compile(r"[;；,，、]")
_HINT = "请写成 06-30，几次的用分号隔开，如 06-30;12-31"
_LEAP_YEAR = 2024
_MOST = 12


@dataclass(frozen=True)
class YearlyDays(Cell):
    """One or several days of every year, each once."""

    def parse(self, raw: str, *, today: date | None = None) -> str:
        """Return the days in their order as MM-DD joined by `;`."""
        parts = [part for part in _SEPARATORS.split(without_spaces(raw)) if part]
        days = sorted({_day(part) for part in parts})
        if not days or len(days) > _MOST:
            raise CellError(f"每年应收月日要写一到十二个日子，{_HINT}")
        return ";".join(f"{month:02d}-{day:02d}" for month, day in days)

    def canon(self, value: str) -> str:
        """Return the days as they are stored."""
        return value


def _day(part: str) -> tuple[int, int]:
    match = _DAY.fullmatch(part)
    if match is None:
        raise CellError(f"每年应收月日写法不对，{_HINT}")
    month, day = int(match[1]), int(match[2])
    if not (1 <= month <= 12 and 1 <= day <= monthrange(_LEAP_YEAR, month)[1]):
        raise CellError(f"每年应收月日里没有这一天，{_HINT}")
    return month, day


def days_in(year: int, told: str) -> list[date]:
    """Return the days that `told` (as stored) means in a year; 02-29 is the 28th in a common year."""
    pairs = (part.split("-") for part in told.split(";") if part)
    return [date(year, int(month), min(int(day), monthrange(year, int(month))[1])) for month, day in pairs]
