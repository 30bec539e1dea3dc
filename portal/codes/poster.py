"""Posters: one A4 sheet per code with name, QR code, address and telephone, as PDF by typst."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from pathlib import Path
from typing import Any

from portal.codes import glyphs, qr
from portal.codes.typeset import TypesetError, typeset

_TEMPLATE = Path(__file__).parent / "poster.typ"
_MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28">'
    '<rect width="28" height="28" rx="5" fill="#fff"/>'
    '<path d="M5 5h7v7H5zM16 5h7v7h-7zM5 16h7v7H5z" fill="#0a5843"/>'
    '<path d="M15.5 19.5l3 3 5.5-7" fill="none" stroke="#971b1b" stroke-width="3"/></svg>'
)
# Only what the pages behind the code do today: paper outlives a promise.
_OFFERS = (
    ("查补贴", "我家领够没有", False),
    ("看发放", "村里发了多少", False),
    ("要举报", "拨打下面电话", True),
)
_WIDTH = 540  # points, inside the margins of A4
_NAME_SIZES = (96, 72, 48)  # points, at most, for a name of one, two or three lines
_ONE_LINE, _TWO_LINES = 7, 24  # characters: seven on one line still have 77 points each
_CALL_SIZE, _ADDRESS_SIZE = 46.0, 26.0
_WIDEST_LATIN = 0.72  # of its size, for the capitals of this font in bold


class PosterError(RuntimeError):
    """A sheet could not be set as it should be."""


@dataclass(frozen=True, kw_only=True)
class Poster:
    """What varies from sheet to sheet."""

    name: str
    place: str
    call: str
    address: str

    def __post_init__(self) -> None:
        """Refuse characters the font lacks before anything is printed."""
        for text in (self.name, self.place, self.call, qr.in_clear(self.address)):
            glyphs.check(text)


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """What all sheets of one printing share."""

    site: str
    hotline: str
    printed_on: date
    is_example: bool
    seal: str = ""

    def __post_init__(self) -> None:
        """Refuse characters the font lacks before anything is printed."""
        glyphs.check(self.site)
        glyphs.check(self.hotline)
        glyphs.check(self.seal)


def render(posters: Sequence[Poster], imprint: Imprint) -> bytes:
    """Return a PDF/A with one page per poster; the same bytes for the same input.

    Raises:
        PosterError: a sheet would run on to a second page, or typst refused the text.
    """
    day = imprint.printed_on
    data = {
        "title": posters[0].name if len(posters) == 1 else f"海报 {len(posters)} 张",
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "mark": _MARK,
        "site": imprint.site,
        "offers": _OFFERS,
        "help": f"不会用手机？打 {imprint.hotline}",
        "example": "示例数据，请勿张贴" if imprint.is_example else "",
        "foot": f"{day.year}年{day.month}月{day.day}日印{imprint.seal}",
        "posters": [_sheet(poster) for poster in posters],
    }
    try:
        return typeset(_TEMPLATE, data)
    except TypesetError as error:
        raise PosterError(f"海报排不出来：{error}") from error


def lines_of(name: str) -> list[str]:
    """Split a name into up to three lines of about equal length."""
    count = 1 + (len(name) > _ONE_LINE) + (len(name) > _TWO_LINES)
    width = ceil(len(name) / count)
    return [name[start : start + width] for start in range(0, len(name), width)]


def _sheet(poster: Poster) -> dict[str, Any]:  # Any: JSON for typst
    lines = lines_of(poster.name)
    address = qr.in_clear(poster.address)
    return {
        "lines": lines,
        "size": _fit(lines, biggest=_NAME_SIZES[len(lines) - 1]),
        "place": poster.place,
        "call": poster.call,
        "call_size": _fit([poster.call], biggest=_CALL_SIZE),
        "address": address,
        "address_size": min(_ADDRESS_SIZE, _WIDTH / (len(address) * _WIDEST_LATIN)),
        "qr": qr.qr_svg(poster.address),
    }


def _fit(lines: Iterable[str], *, biggest: float) -> float:
    """Return the size in points at which the longest line of Chinese fits."""
    return min(biggest, _WIDTH / max(map(len, lines)))
