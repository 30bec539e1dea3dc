"""Plates on paper: labels of 90 by 60 mm to stick on things, signs of A4 or A3 to set up beside them.

A label's code is 31 mm wide without its quiet zone, a sign's 62 mm and more (design.md, section 9).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.codes import glyphs, qr
from portal.codes.poster import Imprint, PosterError
from portal.codes.typeset import TypesetError, typeset

__all__ = ["Imprint", "PosterError", "Printed", "labels", "signs"]

_LABEL = Path(__file__).parent / "plate.typ"
_SIGN = Path(__file__).parent / "sign.typ"
# Tried from the largest on; below the last nobody reads a sign from the road.
_SIZES = (1.0, 0.85, 0.7, 0.6)


@dataclass(frozen=True, kw_only=True)
class Printed:
    """What varies from plate to plate."""

    name: str
    number: str
    place: str
    village: str
    call: str
    address: str
    clear: str
    facts: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse characters the font lacks before anything is printed."""
        facts = [word for fact in self.facts for word in fact]
        for text in (self.name, self.number, self.place, self.village, self.call, self.clear, *facts):
            glyphs.check(text)


def labels(plates: Sequence[Printed], imprint: Imprint, *, on_sheets: bool) -> bytes:
    """Return labels, each a page of its own, or eight to a sheet of A4 with lines to cut along.

    Raises:
        PosterError: typst refused the text.
    """
    return _set(_LABEL, {**_data(plates, imprint), "sheets": on_sheets})


def signs(plates: Sequence[Printed], imprint: Imprint, *, is_large: bool) -> bytes:
    """Return signs, one to a sheet of A4 or A3; long words make all of them smaller.

    Raises:
        PosterError: they do not fit even then, or typst refused the text.
    """
    for size in _SIZES:
        try:
            return _set(_SIGN, {**_data(plates, imprint), "large": is_large, "size": size})
        except PosterError:
            if size == _SIZES[-1]:
                raise
    raise AssertionError("unreachable")


def _set(template: Path, data: dict[str, Any]) -> bytes:
    try:
        return typeset(template, data)
    except TypesetError as error:
        raise PosterError(f"牌子排不出来：{error}") from error


def _data(plates: Sequence[Printed], imprint: Imprint) -> dict[str, Any]:  # Any: JSON for typst
    day = imprint.printed_on
    return {
        "title": plates[0].name if len(plates) == 1 else f"牌子 {len(plates)} 块",
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "site": imprint.site,
        "help": f"有疑问？打 {imprint.hotline}",
        "example": "示例数据，请勿张贴" if imprint.is_example else "",
        "foot": f"{day.year}年{day.month}月{day.day}日印",
        "seal": imprint.seal,
        "plates": [
            {
                "name": one.name,
                "number": one.number,
                "place": one.place,
                "village": one.village,
                "call": one.call,
                "clear": one.clear,
                "facts": [list(fact) for fact in one.facts if fact[1]],
                "qr": qr.qr_svg(one.address),
            }
            for one in plates
        ],
    }
