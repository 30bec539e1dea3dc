"""What the address of a list asks for: year, programme, period and where the last page ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Self
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from portal.columns.column import CellError
from portal.columns.periods import Period
from portal.pages.errors import UnreadableError

_YEARS = range(1949, 2101)
_SUBJECT = re.compile(r"[^\x00-\x1f\x7f]{1,60}")
_AFTER = re.compile(r"([0-9a-f]{32})-([0-9]{1,9})")
_RANGE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})_([0-9]{4}-[0-9]{2}-[0-9]{2})")
_DAY_KEY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})_([0-9a-f]{32})")
Range = tuple[date, date]
# Where a page of a list by days ended: day and id of its last line.
DayKey = tuple[date, UUID]


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Make of a ValueError, whose text says what cannot be read, a page that leads back to `path`."""
    try:
        yield
    except ValueError as error:
        raise UnreadableError(
            str(error), line="可能抄漏了，从头再选一次。", href=path, word="从头再选"
        ) from error


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A read query string. `after` is the release and position of the last line of the page before."""

    year: int | None = None
    kind: str = ""
    programme: str = ""
    period: Range | None = None
    after: tuple[UUID, int] | None = None
    # Whether the list is meant that was posted before it is paid.
    posted: bool = False

    @classmethod
    def read(cls, query: QueryDict, *, path: str) -> Self:
        """Read a query string; what it does not know it ignores (a phone adds its own words).

        Raises:
            UnreadableError: a part it knows cannot be read.
        """
        with reading(path):
            return cls(
                year=year_of(query.get("year", "")),
                kind=_subject(query.get("kind", "")),
                programme=_subject(query.get("programme", "")),
                period=_period(query.get("period", "")),
                after=_after(query.get("after", "")),
                posted=query.get("stage", "") == "notice",
            )


def address(path: str, **words: str | int) -> str:
    """Return an address with those words that are not empty."""
    given = {name: word for name, word in words.items() if word}
    return f"{path}?{urlencode(given)}" if given else path


def period_word(start_on: date, end_on: date) -> str:
    """Return how an address writes a period: 2026-10, or both days where it is none of the usual ones."""
    whole = Period.containing(start_on, "year"), Period.containing(start_on, "half")
    parts = Period.containing(start_on, "quarter"), Period.containing(start_on, "month")
    for period in whole + parts:
        if (period.start, period.end) == (start_on, end_on):
            return period.label()
    return f"{start_on.isoformat()}_{end_on.isoformat()}"


def after_word(release: UUID, position: int) -> str:
    """Return how an address writes where a page ended."""
    return f"{release.hex}-{position}"


def year_of(word: str) -> int | None:
    """Return the year that a word writes; None for no word. Raise ValueError for anything else."""
    if not word:
        return None
    if not re.fullmatch(r"[0-9]{4}", word) or int(word) not in _YEARS:
        raise ValueError("网址里的年份不对")
    return int(word)


def _subject(word: str) -> str:
    if word and not _SUBJECT.fullmatch(word):
        raise ValueError("网址里的补贴名不对")
    return word


def _period(word: str) -> Range | None:
    if not word:
        return None
    try:
        if match := _RANGE.fullmatch(word):
            return date.fromisoformat(match[1]), date.fromisoformat(match[2])
        period = Period.parse(word)
    except (CellError, ValueError) as error:
        raise ValueError("网址里的月份不对") from error
    return period.start, period.end


def _after(word: str) -> tuple[UUID, int] | None:
    if not word:
        return None
    match = _AFTER.fullmatch(word)
    if match is None:
        raise ValueError("网址里的页码不对")
    return UUID(hex=match[1]), int(match[2])


def day_key_word(key: DayKey) -> str:
    """Return how an address writes where a page of a list by days ended."""
    day, row_id = key
    return f"{day.isoformat()}_{row_id.hex}"


def day_key(word: str) -> DayKey | None:
    """Return the day and id that a word writes; None for no word. Raise ValueError for anything else."""
    if not word:
        return None
    match = _DAY_KEY.fullmatch(word)
    if match is None:
        raise ValueError("网址里的页码不对")
    return date.fromisoformat(match[1]), UUID(hex=match[2])
