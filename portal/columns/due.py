"""When money of a period is due (应发日期): 06-30, 每月15日, 次月10日, 季末25日."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from portal.columns.column import CellError
from portal.columns.folding import without_spaces
from portal.columns.periods import Period

_FORMS = re.compile(r"(每月|次月|季末)([0-9]{1,2})[日号]?")
_YEARLY = re.compile(r"(?:每年)?([0-9]{1,2})(?:[-/]|月)([0-9]{1,2})[日号]?")
_HINT = "请写成 06-30、每月15日、次月10日或季末25日"


class DueMonth(StrEnum):
    """The month in which the day lies."""

    YEARLY = "yearly"
    SAME = "每月"
    NEXT = "次月"
    QUARTER_END = "季末"


@dataclass(frozen=True, slots=True)
class DueRule:
    """A day of the month and how the month is found; `month` is used by yearly rules only."""

    kind: DueMonth
    day: int
    month: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the rule that `text` states.

        Raises:
            CellError: it states none, or a day that never is.
        """
        folded = without_spaces(text)
        if match := _FORMS.fullmatch(folded):
            rule = cls(DueMonth(match[1]), int(match[2]))
            longest = 31
        elif match := _YEARLY.fullmatch(folded):
            rule = cls(DueMonth.YEARLY, int(match[2]), int(match[1]))
            longest = monthrange(2024, rule.month)[1] if 1 <= rule.month <= 12 else 0
        else:
            raise CellError(f"应发日期写法不对，{_HINT}")
        if not 1 <= rule.day <= longest:
            raise CellError(f"应发日期里没有这一天，{_HINT}")
        return rule

    def due_on(self, period: Period) -> date:
        """Return the day on which money of `period` is due.

        A yearly day lies in the year in which the period starts; 每月 in the period's last month,
        次月 in the month after it, 季末 in the last month of the quarter in which it ends. A day
        that a short month does not have is its last day.
        """
        last = period.end - timedelta(days=1)
        match self.kind:
            case DueMonth.YEARLY:
                return _day(period.start.year, self.month, self.day)
            case DueMonth.SAME:
                return _day(last.year, last.month, self.day)
            case DueMonth.NEXT:
                return _day(period.end.year, period.end.month, self.day)
            case DueMonth.QUARTER_END:
                return _day(last.year, (last.month + 2) // 3 * 3, self.day)

    def label(self) -> str:
        """Return the rule as templates write it."""
        if self.kind is DueMonth.YEARLY:
            return f"{self.month:02d}-{self.day:02d}"
        return f"{self.kind}{self.day}日"

    def __str__(self) -> str:
        """Return the label."""
        return self.label()


def _day(year: int, month: int, day: int) -> date:
    """Return that day, or the last of its month."""
    return date(year, month, min(day, monthrange(year, month)[1]))
