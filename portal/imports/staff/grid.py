"""Wrong rows as a table to mend: only wrong cells are fields, with what is wrong and a suggestion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from portal.columns.cells import Account, Amount, Choice, Date, Identity, PersonName, Place, YesNo
from portal.columns.column import CellError, Column
from portal.columns.folding import half_width
from portal.columns.paragraphs import Paragraphs
from portal.imports.models import Upload
from portal.imports.origins import PUBLIC_ID
from portal.imports.places import Gazetteer
from portal.imports.reading.errors import RowError, masked
from portal.imports.repairs import Excerpt, wrong_rows
from portal.places.models import Body
from portal.releases.registry import kind

PER_PAGE = 50
# A number whose thousands are set apart by some sign, or which names the yuan: only one reading is possible.
_DRESSED_NUMBER = re.compile(r"[¥￥\s]*[0-9]{1,3}(?:[,，、'’\s]?[0-9]{3})*(?:\.[0-9]+)?[\s元]*")
_NO_NUMBER = re.compile(r"[^0-9.]")
_DAY = re.compile(r"([0-9]{4})[^0-9]+([0-9]{1,2})[^0-9]+([0-9]{1,2})[^0-9]*")
_SPLIT = "~"


@dataclass(frozen=True)
class Cell:
    """One cell of a wrong row; a field where it is wrong (or where its column is missing)."""

    name: str
    header: str
    text: str
    messages: list[str]
    label: str
    suggestion: str = ""
    options: tuple[str, ...] = ()
    # A field of one line would join its paragraphs.
    is_long: bool = False

    @property
    def is_wrong(self) -> bool:
        """Whether it is to be mended."""
        return bool(self.messages)


@dataclass(frozen=True)
class Line:
    """One wrong row: its cells, and what is wrong with it as a whole."""

    key: str
    number: int
    messages: list[str]
    cells: list[Cell]


@dataclass(frozen=True)
class Grid:
    """A page of wrong rows under common headers; `unlisted` rows are in the marked workbook only."""

    headers: list[str]
    lines: list[Line]
    following: int | None
    listed: int
    general: list[str] = field(default_factory=list)


@dataclass
class _Sheet:
    """A sheet's wrong rows with their errors, and its columns by header."""

    index: int
    excerpt: Excerpt
    columns: dict[str, Column]
    errors: dict[int, list[RowError]]


def _sheets(upload: Upload) -> list[_Sheet]:
    columns = {column.header: column for column in (PUBLIC_ID, *kind(upload.kind).columns)}
    found = []
    for index, excerpt in enumerate(wrong_rows(upload.sealed_name)):
        errors: dict[int, list[RowError]] = {}
        for error in upload.row_errors:
            if error.sheet == excerpt.sheet and error.row in excerpt.rows:
                errors.setdefault(error.row, []).append(error)
        found.append(_Sheet(index, excerpt, columns, errors))
    return found


def grid(upload: Upload, *, start: int = 0) -> Grid:
    """Return a page of an upload's wrong rows from the `start`th on."""
    sheets = _sheets(upload)
    rows = [(sheet, number) for sheet in sheets for number in sorted(sheet.excerpt.rows)]
    shown = rows[start : start + PER_PAGE]
    headers = _headers(upload, shown)
    near = _Suggester(upload)
    lines = [_line(sheet, number, headers, near) for sheet, number in shown]
    more = start + PER_PAGE if len(rows) > start + PER_PAGE else None
    general = [_general(error) for error in upload.row_errors if error.row is None]
    return Grid(headers, lines, more, len(rows), general)


def _general(error: RowError) -> str:
    return f"{error.column}：{error.message}" if error.column else error.message


def _headers(upload: Upload, shown: list[tuple[_Sheet, int]]) -> list[str]:
    """Return which columns a page shows: who and where the row is, and whatever is wrong somewhere."""
    wrong = {error.column for sheet, number in shown for error in sheet.errors.get(number, [])}
    present = {name for sheet, _ in shown for name in sheet.excerpt.fields}
    return [
        column.header
        for column in (PUBLIC_ID, *kind(upload.kind).columns)
        if column.header in wrong or (column.field in present and _tells_the_row(column))
    ]


def _tells_the_row(column: Column) -> bool:
    named = isinstance(column.cell, PersonName | Amount) and column.required
    return named or isinstance(column.cell, Place)


def _line(sheet: _Sheet, number: int, headers: list[str], near: _Suggester) -> Line:
    excerpt, errors = sheet.excerpt, sheet.errors.get(number, [])
    texts = excerpt.rows[number]
    cells = []
    beyond = len(excerpt.fields)
    for header in headers:
        column = sheet.columns[header]
        place = excerpt.place_of(column)
        if place is None:
            place, text = beyond, ""
            beyond += 1
        else:
            text = texts[place]
        found = [error.message for error in errors if error.column == header]
        cells.append(
            Cell(
                name=f"c{_SPLIT}{sheet.index}{_SPLIT}{number}{_SPLIT}{column.field}",
                header=header,
                text=shown(column, text),
                messages=found,
                label=f"第 {number} 行{header}",
                suggestion=near.suggest(column, text) if found else "",
                options=_options(column) if found else (),
                is_long=isinstance(column.cell, Paragraphs),
            )
        )
    general = [error.message for error in errors if error.column not in headers]
    return Line(f"{sheet.index}{_SPLIT}{number}", number, general, cells)


def shown(column: Column, text: str) -> str:
    """Return a cell as the page shows it: of numbers of persons and accounts the last four signs."""
    return masked(text) if isinstance(column.cell, Identity | Account) and text else text


def _options(column: Column) -> tuple[str, ...]:
    if isinstance(column.cell, Choice):
        return tuple(column.cell.options)
    return ("是", "否") if isinstance(column.cell, YesNo) else ()


class _Suggester:
    """Finds the one-tap repair of a cell, where there is a plain one."""

    def __init__(self, upload: Upload) -> None:
        self._body = Body.objects.with_region().get(pk=upload.body_id)
        self._places: list[str] | None = None

    def suggest(self, column: Column, text: str) -> str:
        """Return a text that would be read, near to what stands there; empty where none is plain."""
        if not text or isinstance(column.cell, Identity | Account):
            return ""
        found = self._near(column, text)
        try:
            return found if found and found != text and column.cell.parse(found) is not None else ""
        except CellError:
            return ""

    def _near(self, column: Column, text: str) -> str:
        match column.cell:
            case Amount():
                return _NO_NUMBER.sub("", half_width(text)) if _DRESSED_NUMBER.fullmatch(text) else ""
            case Choice() as choice:
                return next(iter(get_close_matches(text, list(choice.options), 1, 0.4)), "")
            case Date():
                day = _DAY.fullmatch(half_width(text))
                return f"{day[1]}-{int(day[2]):02d}-{int(day[3]):02d}" if day else ""
            case Place():
                return next(iter(get_close_matches(text, self._names(), 1, 0.6)), "")
            case _:
                return ""

    def _names(self) -> list[str]:
        if self._places is None:
            known = Gazetteer.of_body(self._body)
            self._places = [name for name, keys in known.by_name.items() if len(keys) == 1]
        return self._places


def changes_of(upload: Upload, told: Mapping[str, str]) -> dict[tuple[str, int], dict[int, str] | None]:
    """Return what a posted grid changes, by sheet and row: text by place, None for a row left out.

    A cell that came back as it was shown is not changed; a column the file lacks gets a place at its end,
    and its header there.
    """
    changes: dict[tuple[str, int], dict[int, str] | None] = {}
    sheets = {str(sheet.index): sheet for sheet in _sheets(upload)}
    take, _, taken = told.get("take", "").partition("=")
    for name, value in told.items():
        kind_, *rest = name.split(_SPLIT)
        if kind_ not in {"c", "d"} or len(rest) < 2 or rest[0] not in sheets or not rest[1].isdigit():
            continue
        sheet, number = sheets[rest[0]], int(rest[1])
        if number not in sheet.excerpt.rows:
            continue
        key = (sheet.excerpt.sheet, number)
        if kind_ == "d":
            changes[key] = None
        elif len(rest) == 3:
            _note(changes, sheet, number, rest[2], (taken if name == take else value).strip())
    return changes


def _note(
    changes: dict[tuple[str, int], dict[int, str] | None], sheet: _Sheet, number: int, name: str, text: str
) -> None:
    """Note one cell that differs from what was shown."""
    excerpt = sheet.excerpt
    column = next((one for one in sheet.columns.values() if one.field == name), None)
    key = (excerpt.sheet, number)
    if column is None or (key in changes and changes[key] is None):
        return
    place = excerpt.place_of(column)
    before = "" if place is None else excerpt.rows[number][place]
    if text in {before, shown(column, before)}:
        return
    if place is None:
        place = _new_place(changes, sheet, column)
    row = changes.setdefault(key, {})
    if row is not None:
        row[place] = text


def _new_place(changes: dict[tuple[str, int], dict[int, str] | None], sheet: _Sheet, column: Column) -> int:
    """Return the place at the end of a sheet that a missing column gets, and write its header there."""
    headers = changes.setdefault((sheet.excerpt.sheet, sheet.excerpt.header_row), {})
    assert headers is not None  # noqa: S101 # no row of data stands in the row of headers
    for place, title in headers.items():
        if title == column.header:
            return place
    place = len(sheet.excerpt.fields) + len(headers)
    headers[place] = column.header
    return place
