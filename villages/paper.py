"""A month of a village's books as a sheet for the notice board (A3) or the desk (A4), as PDF by typst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any
from unicodedata import normalize

from portal.codes import glyphs, poster, qr
from portal.codes.typeset import typeset
from portal.pages import words

TEMPLATE = Path(__file__).parent / "sheet.typ"


class Paper(StrEnum):
    """The size of the paper."""

    A3 = "a3"
    A4 = "a4"


@dataclass(frozen=True, kw_only=True)
class Imprint(poster.Imprint):
    """What all sheets of one printing share.

    `until` is the day the sheet may be taken down. `anchor` names the entry of the public log that the
    month can be checked against, as a reader would copy it.
    """

    until: date | None = None
    anchor: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the books; `marks` are words that stand out, such as 缺票据."""

    day: str
    summary: str
    who: str
    amount: str
    marks: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Part:
    """A list of lines under a title, which is repeated on every page it runs on to."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A title with sentences, or with pairs of word and figure, below."""

    title: str
    lines: Sequence[str | tuple[str, str]]
    urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One village and month in words. `address` is what its QR code holds; `boxes` are word and figure."""

    village: str
    place: str
    month: str
    address: str
    boxes: Sequence[tuple[str, str]]
    notes: Sequence[str]
    parts: Sequence[Part]
    accounts: Told | None
    missing: Told

    @property
    def title(self) -> str:
        """What stands largest."""
        return f"{self.village} {self.month}的账"


def render(sheets: Sequence[Sheet], imprint: Imprint, *, paper: Paper, absent: Told | None = None) -> bytes:
    """Return a PDF/A: each sheet on as many pages as it needs, then what is `absent` on one of its own.

    The same bytes for the same input.

    Raises:
        MissingGlyphError: a character cannot be printed.
        TypesetError: typst refused the text.
    """
    day = imprint.printed_on
    until = f" · 贴到 {words.day(imprint.until, today=day)}" if imprint.until else ""
    printed = f"{words.full_day(day)}印{until}"
    data = {
        "paper": str(paper),
        "title": sheets[0].title if len(sheets) == 1 else f"村里的账 {len(sheets)} 份",
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "site": imprint.site,
        "help": f"不会用手机？打 {imprint.hotline}",
        "small": [imprint.anchor] if imprint.anchor else [],
        "example": "示例数据，非真实账目" if imprint.is_example else "",
        "sheets": [_sheet(sheet, printed) for sheet in sheets],
        "absent": _told(absent) | {"running": printed} if absent else None,
    }
    printable = _printable(data)
    _check(printable)
    pictures = [{"qr": qr.qr_svg(sheet.address)} for sheet in sheets]
    drawn = [{**told, **picture} for told, picture in zip(printable["sheets"], pictures, strict=True)]
    return typeset(TEMPLATE, {**printable, "sheets": drawn})


def check(sheet: Sheet) -> None:
    """Raise MissingGlyphError where a sheet holds a character that cannot be printed."""
    _check(_printable(_sheet(sheet, "")))


def _check(value: Any) -> None:  # Any: JSON for typst
    for text in _texts(value):
        glyphs.check(text)


def _sheet(sheet: Sheet, printed: str) -> dict[str, Any]:  # Any: JSON for typst
    address = qr.in_clear(sheet.address)
    return {
        "title": sheet.title,
        "sub": f"{sheet.place} · {printed}",
        "running": f"{sheet.title} · {address}",
        "call": "扫一扫，看每一笔的票据。",
        "address": address,
        "boxes": [{"word": word, "figure": figure} for word, figure in sheet.boxes],
        "notes": list(sheet.notes),
        "parts": [_part(part) for part in sheet.parts],
        "accounts": _told(sheet.accounts) if sheet.accounts else None,
        "missing": _told(sheet.missing),
    }


def _part(part: Part) -> dict[str, Any]:  # Any: JSON for typst
    lines = [
        {
            "day": line.day,
            "summary": line.summary,
            "who": line.who,
            "amount": line.amount,
            "marks": list(line.marks),
        }
        for line in part.lines
    ]
    return {"title": part.title, "lines": lines}


def _told(told: Told) -> dict[str, Any]:  # Any: JSON for typst
    return {"title": told.title, "lines": list(told.lines), "urgent": told.urgent}


def _printable(value: Any) -> Any:  # Any: JSON for typst
    """Return the data with every text composed and its white space folded, as the font can draw it."""
    if isinstance(value, str):
        return " ".join(normalize("NFC", value).split())
    if isinstance(value, Mapping):
        return {name: _printable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one) for one in value]
    return value


def _texts(value: Any) -> Iterator[str]:  # Any: JSON for typst
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
