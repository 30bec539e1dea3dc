"""Days as people write them in tables."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from portal.columns.column import CellError
from portal.columns.folding import half_width

_FORMS = re.compile(
    r"(?:([0-9]{4})(?:([-/.])([0-9]{1,2})\2|年([0-9]{1,2})月)([0-9]{1,2})日?|([0-9]{4})([0-9]{2})([0-9]{2}))"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_HINT = "请写成 2026-10-31 这样"
_YEARS = range(1900, 2101)


@lru_cache(maxsize=16384)
def parse_day(raw: str) -> date:
    """Return the day in `raw`; a time of day after it is dropped.

    Raises:
        CellError: no such day, or not a form that can be read in one way only.
    """
    match = _FORMS.fullmatch(half_width(raw))
    if match is None:
        raise CellError(_why_no_day(raw))
    year, _, month, month_, day, year_, month__, day_ = match.groups()
    numbers = int(year or year_), int(month or month_ or month__), int(day or day_)
    if numbers[0] not in _YEARS:
        raise CellError(f"年份不对，{_HINT}")
    try:
        return date(*numbers)
    except ValueError:
        raise CellError(f"没有这一天，请核对月和日，{_HINT}") from None


def _why_no_day(raw: str) -> str:
    """Return why `raw` is not a day, with what to write instead."""
    if raw.isascii() and raw.isdigit() and len(raw) == 5:
        return f"这是表格软件内部的日期数字，请把这一列设为日期格式，或{_HINT[1:]}"
    return f"不是日期，{_HINT}"
