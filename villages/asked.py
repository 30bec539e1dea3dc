"""What the address of a village's books asks for: a month or a year, one side, where the last page ended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from django.http import QueryDict

from portal.columns.column import CellError
from portal.columns.periods import Granularity, Period
from portal.pages.asked import reading
from villages.models import DebtSide, Direction

_AFTER = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})_([0-9]{1,9})_([0-9a-f]{32})")
_LENGTHS = {Granularity.MONTH, Granularity.YEAR}
PASSING = "passing"
DEBTS = "debts"
SIDES = frozenset({Direction.IN.value, Direction.OUT.value, PASSING, DEBTS})
# Where a page ended: day, position in its list, and id of the line.
Key = tuple[date, int, UUID]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A read query string; what it does not know it ignores."""

    period: Period | None = None
    side: str = ""
    # Whose debts: only beside `side=debts`.
    who: str = ""
    after: Key | None = None

    @classmethod
    def read(cls, query: QueryDict, *, path: str) -> Self:
        """Read a query string.

        Raises:
            UnreadableError: a part it knows cannot be read.
        """
        with reading(path):
            side, who = query.get("side", ""), query.get("who", "")
            return cls(
                period=_period(query.get("period", ""), any_length=side == DEBTS),
                side=side if side in SIDES else "",
                who=who if who in DebtSide.values else "",
                after=_after(query.get("after", "")),
            )


def after_word(key: Key) -> str:
    """Return how an address writes where a page ended."""
    day, position, row_id = key
    return f"{day.isoformat()}_{position}_{row_id.hex}"


def _period(word: str, *, any_length: bool) -> Period | None:
    if not word:
        return None
    try:
        period = Period.parse(word)
    except (CellError, ValueError) as error:
        raise ValueError("网址里的月份不对") from error
    if not any_length and period.granularity not in _LENGTHS:
        raise ValueError("账本按月或按年看")
    return period


def _after(word: str) -> Key | None:
    if not word:
        return None
    match = _AFTER.fullmatch(word)
    if match is None:
        raise ValueError("网址里的页码不对")
    return date.fromisoformat(match[1]), int(match[2]), UUID(hex=match[3])
