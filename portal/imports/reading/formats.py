"""Numbers and days of spreadsheet cells as exact text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from portal.imports.reading.raw import DayText, Unreadable

_EXACT = re.compile(r"-?[0-9]{1,15}|-?[0-9]{1,9}\.[0-9]{1,6}")
# From here on a spreadsheet's number has lost digits: it keeps fifteen.
_LOST_FROM = Decimal(10) ** 15
LOST = "被表格存成了数字，后几位已经丢失，请把这一列设为“文本”后重新填写"
# Built-in formats of days (ECMA-376 §18.8.30, with the East Asian ones) and what each shows.
_YMD, _MD, _YM, _TIME = "ymd", "md", "ym", "h"
_BUILT_IN = {
    **dict.fromkeys((14, 15, 22, 27, 28, 29, 30, 31, 36, 50, 51, 54, 57, 58), _YMD),
    **dict.fromkeys((17, 52, 55), _YM),
    16: _MD,
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 53, 56), _TIME),
}
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


@dataclass(frozen=True)
class Numbers:
    """How a workbook's numbers read: the format of each cell style, and where days start."""

    formats: tuple[str, ...]
    from_1904: bool

    def text(self, raw: str, style: str | None) -> str:
        """Return the text of a number as its cell shows it, without binary noise."""
        if style and (shown := self._format(style)):
            return _day_text(raw, shown, from_1904=self.from_1904)
        return raw if _EXACT.fullmatch(raw) else _number_text(raw)

    def _format(self, style: str) -> str:
        """Return which parts of a day a style shows; empty for plain numbers."""
        index = int(style) if style.isdigit() else 0
        return self.formats[index] if index < len(self.formats) else ""


def day_format(number: int, code: str | None) -> str:
    """Return which parts of a day a number format shows: ymd, ym, md or nothing."""
    if code is None:
        found = _BUILT_IN.get(number, "")
    else:
        signs = _LITERALS.sub("", code.split(";")[0]).lower()
        year, day = "y" in signs, "d" in signs
        found = _YMD if year and day else _YM if year else _MD if day else ""
    return "" if found == _TIME else found


def _number_text(raw: str) -> str:
    """Return fifteen significant digits of a number, which is what the clerk sees, in full."""
    try:
        value = Decimal(raw)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        return Unreadable(raw, "这一格的数字已损坏，请重新填写")
    if abs(value) >= _LOST_FROM:
        return Unreadable(f"{value:.0f}" if abs(value) < _LOST_FROM**2 else raw, LOST)
    return f"{Decimal(f'{value:.15g}').normalize():f}"


@lru_cache(maxsize=16384)
def _day_text(raw: str, shown: str, *, from_1904: bool) -> str:
    """Return a serial day as text; a time of day follows where there is one."""
    moment = _moment(raw, from_1904=from_1904)
    if moment is None:
        return Unreadable(raw, "这一格不是可能的日期，请写成 2026-10-31 这样")
    iso = moment.date().isoformat()
    text = f"{moment:%Y-%m-%d %H:%M}" if moment.hour or moment.minute else iso
    return text if shown == _YMD else DayText(text, iso[:7] if shown == _YM else iso[5:])


def _moment(raw: str, *, from_1904: bool) -> datetime | None:
    """Return the local moment of a serial number; None where there is none."""
    try:
        serial = float(raw)
        # 1900 counts a 29 February that never was as day 60.
        if serial < 0 or (60 <= serial < 61 and not from_1904):
            return None
        start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 31 - (serial >= 61))  # noqa: DTZ001 - a wall clock
        return start + timedelta(minutes=round(serial * 1440))
    except (ValueError, OverflowError):
        return None
