"""What the addresses of receptions and of enterprises' money and fees ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from django.http import QueryDict

from portal.columns.column import CellError
from portal.columns.periods import Granularity, Period
from portal.pages.errors import UnreadableError

_AFTER = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})_([0-9a-f]{32})")
_WORD = re.compile(r"[^\x00-\x1f\x7f]{1,60}")
_LENGTHS = {Granularity.MONTH, Granularity.YEAR}
# Where a page ended: day and id of its last line.
Key = tuple[date, UUID]


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
    after: Key | None = None

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
        try:
            return cls(
                period=_period(query.get("period", "")),
                unit=_word(query.get("unit", "")),
                policy=_word(query.get("policy", "")),
                word=" ".join(_word(query.get("q", "")).split()),
                enterprise=" ".join(_word(query.get("enterprise", "")).split()),
                page=query.get("page", ""),
                after=_after(query.get("after", "")),
            )
        except ValueError as error:
            raise UnreadableError(
                str(error), line="可能抄漏了，从头再选一次。", href=path, word="从头再选"
            ) from error


def after_word(day: date, row_id: UUID) -> str:
    """Return how an address writes where a page ended."""
    return f"{day.isoformat()}_{row_id.hex}"


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


def _after(word: str) -> Key | None:
    if not word:
        return None
    match = _AFTER.fullmatch(word)
    if match is None:
        raise ValueError("网址里的页码不对")
    return date.fromisoformat(match[1]), UUID(hex=match[2])
