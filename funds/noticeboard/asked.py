"""What the address of a place's notices asks for: a year, an item, a matter, where the last page ended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from django.http import QueryDict

from portal.pages.errors import UnreadableError

_YEARS = range(1949, 2101)
_ITEM = re.compile(r"[A-Za-z0-9-]{1,20}")
_MATTER = re.compile(r"[^\x00-\x1f\x7f]{1,64}")
_AFTER = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})_([0-9a-f]{32})")
# Where a page ended: day and id of its last line.
Key = tuple[date, UUID]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A read query string; what it does not know it ignores."""

    year: int | None = None
    item: str = ""
    matter: str = ""
    # Whether the list of what the village decided is meant.
    decided: bool = False
    after: Key | None = None

    @classmethod
    def read(cls, query: QueryDict, *, path: str) -> Self:
        """Read a query string.

        Raises:
            UnreadableError: a part it knows cannot be read.
        """
        try:
            return cls(
                year=_year(query.get("year", "")),
                item=_word(query.get("item", ""), _ITEM, "网址里的事项不对"),
                matter=_word(query.get("matter", ""), _MATTER, "网址里的事项编号不对"),
                decided=query.get("show", "") == "decided",
                after=_after(query.get("after", "")),
            )
        except ValueError as error:
            raise UnreadableError(
                str(error), line="可能抄漏了，从头再选一次。", href=path, word="从头再选"
            ) from error


def after_word(key: Key) -> str:
    """Return how an address writes where a page ended."""
    day, row_id = key
    return f"{day.isoformat()}_{row_id.hex}"


def _word(word: str, pattern: re.Pattern[str], why: str) -> str:
    if word and not pattern.fullmatch(word):
        raise ValueError(why)
    return word


def _year(word: str) -> int | None:
    if not word:
        return None
    if not re.fullmatch(r"[0-9]{4}", word) or int(word) not in _YEARS:
        raise ValueError("网址里的年份不对")
    return int(word)


def _after(word: str) -> Key | None:
    if not word:
        return None
    match = _AFTER.fullmatch(word)
    if match is None:
        raise ValueError("网址里的页码不对")
    return date.fromisoformat(match[1]), UUID(hex=match[2])
