"""What the addresses of receptions and of enterprises' money and fees ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from django.http import QueryDict

from portal.columns.column import CellError
from portal.columns.periods import Granularity, Period
from portal.pages.asked import DayKey, day_key, reading

_WORD = re.compile(r"[^\x00-\x1f\x7f]{1,60}")
_LENGTHS = {Granularity.MONTH, Granularity.YEAR}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A read query string; what it does not know it ignores.

    `word` is what somebody searches among fees, `enterprise` a name or code, `page` a whole list.
    """

    period: Period | None = None
    unit: str = ""
    policy: str = ""
    word: str = ""
    enterprise: str = ""
    page: str = ""
    after: DayKey | None = None

    @property
    def year(self) -> int | None:
        """The year asked for; None where none is."""
        return self.period.start.year if self.period else None

    @classmethod
    def read(cls, query: QueryDict, *, path: str) -> Self:
        """Read a query string.

        Raises:
            UnreadableError: a part it knows cannot be read.
        """
        with reading(path):
            return cls(
                period=_period(query.get("period", "")),
                unit=_word(query.get("unit", "")),
                policy=_word(query.get("policy", "")),
                word=" ".join(_word(query.get("q", "")).split()),
                enterprise=" ".join(_word(query.get("enterprise", "")).split()),
                page=query.get("page", ""),
                after=day_key(query.get("after", "")),
            )


def _word(word: str) -> str:
    if word and not _WORD.fullmatch(word):
        raise ValueError("要找的字太长了，最多 60 个字")
    return word


def _period(word: str) -> Period | None:
    if not word:
        return None
    try:
        period = Period.parse(word)
    except (CellError, ValueError) as error:
        raise ValueError("网址里的年月不对") from error
    if period.granularity not in _LENGTHS:
        raise ValueError("这里按月或按年看")
    return period
