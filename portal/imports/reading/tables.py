"""The table in a file: which sheet, which row of headers, and its rows of data as a stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal, overload

from portal.columns.column import Column
from portal.imports.reading.errors import FileError, RowError
from portal.imports.reading.extras import Extras
from portal.imports.reading.headers import BoundColumn, Match, match_headers
from portal.imports.reading.kinds import sheets_of
from portal.imports.reading.overlay import Overlay, lay_over
from portal.imports.reading.raw import Limits, RawRow, Sheet

_HEADER_ROWS = 5
_LIMITS = Limits()


@dataclass
class Table:
    """A table whose headers are known and whose rows are read once, as a stream.

    `titles` (the file's own headers), `headers` and every row have the same length and order; None
    stands for a column that is not read. `rows` yields the number of the row as the clerk's program
    shows it, and trimmed cells, empty where nothing is: give the others to `BoundColumn.parse`.
    `errors` (totals that differ, rows with too many cells) and `notes` are complete when `rows` is
    exhausted.
    """

    sheet: str
    header_row: int
    titles: list[str]
    headers: list[BoundColumn | None]
    rows: Iterator[RawRow]
    notes: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    def error(self, row: int | None, column: Column | None, raw: str, message: str) -> RowError:
        """Return the error of a cell of this table, fit to be shown."""
        return RowError.at(self.sheet, row, column, raw, message)


@overload
def open_table(
    path: Path,
    columns: Sequence[Column],
    *,
    all_sheets: Literal[False] = False,
    mapping: Mapping[str, str] | None = None,
    limits: Limits = _LIMITS,
) -> Table: ...
@overload
def open_table(
    path: Path,
    columns: Sequence[Column],
    *,
    all_sheets: Literal[True],
    mapping: Mapping[str, str] | None = None,
    limits: Limits = _LIMITS,
) -> list[Table]: ...
def open_table(
    path: Path,
    columns: Sequence[Column],
    *,
    all_sheets: bool = False,
    mapping: Mapping[str, str] | None = None,
    limits: Limits = _LIMITS,
) -> Table | list[Table]:
    """Return the one table of a file, or with `all_sheets` a list of them; see `open_tables`."""
    tables = open_tables(path, columns, all_sheets=all_sheets, mapping=mapping, limits=limits)
    return tables if all_sheets else tables[0]


def open_tables(
    path: Path,
    columns: Sequence[Column],
    *,
    all_sheets: bool = False,
    mapping: Mapping[str, str] | None = None,
    overlay: Overlay | None = None,
    limits: Limits = _LIMITS,
) -> list[Table]:
    """Return the tables of a csv or xlsx file that have the headers of `columns`.

    Args:
        path: the file; its type is found by its content.
        columns: the columns of the template.
        all_sheets: whether several sheets may match (a tab per village).
        mapping: the file's own header → header of the template.
        overlay: repairs; the file is read as if it had been handed in with them.
        limits: how much is read at all.

    Raises:
        FileError: the file is no table, is hostile or damaged, no sheet matches, several do, or a
            column stands there twice. Damage further down is found, and raised, while reading rows.
    """
    sheets = sheets_of(path, limits)
    for sheet in sheets:
        lay_over(sheet, overlay or {})
    found = [_find(sheet, columns, mapping or {}) for sheet in sheets if not sheet.hidden]
    matching = [header for header in found if header.match and not header.match.missing]
    if not matching:
        raise FileError(_why_none(found))
    if not all_sheets:
        matching = [_only_one(matching)]
    for header in matching:
        if header.match and header.match.doubled:
            raise FileError(_why_doubled(header.sheet, header.match.doubled))
    tables = [_table(header) for header in matching]
    tables[0].notes += _others(sheets, found, matching)
    return tables


@dataclass(frozen=True)
class _Header:
    """The likeliest row of headers of a sheet; no match where the sheet is empty."""

    sheet: Sheet
    row: int = 0
    titles: list[str] = field(default_factory=list)
    match: Match | None = None


def _find(sheet: Sheet, columns: Sequence[Column], mapping: Mapping[str, str]) -> _Header:
    """Return the first of the first rows with all required headers, or that with the fewest missing."""
    best = _Header(sheet)
    for number, cells in islice(_not_blank(sheet.read()), _HEADER_ROWS):
        match = match_headers(cells, columns, mapping)
        if best.match is None or len(match.missing) < len(best.match.missing):
            best = _Header(sheet, number, cells, match)
        if not match.missing:
            break
    return best


def _only_one(matching: list[_Header]) -> _Header:
    """Return the sheet to read; of several the one that alone has most `†` headers.

    Raises:
        FileError: several are equally good.
    """
    if len(matching) > 1:
        full = [header for header in matching if _has_most_conditional(header)]
        if len(full) != 1:
            names = "、".join(f"“{header.sheet.name}”" for header in matching)
            raise FileError(f"工作表{names}都像这张表，请只留一张，或选择“读入所有工作表”。")
        matching = full
    return matching[0]


def _has_most_conditional(header: _Header) -> bool:
    bound = header.match.bound if header.match else []
    wanted = header.match.conditional if header.match else 0
    return 2 * sum(one is not None and one.column.conditional for one in bound) > wanted


def _table(header: _Header) -> Table:
    """Return a table whose rows start below its headers."""
    bound = header.match.bound if header.match else []
    table = Table(header.sheet.name, header.row, header.titles, bound, iter(()))
    if header.match:
        table.notes += header.match.notes
    table.rows = _rows(table, header.sheet)
    return table


def _rows(table: Table, sheet: Sheet) -> Iterator[RawRow]:
    """Yield the rows of data, each as long as the headers."""
    width = len(table.headers)
    extras = Extras(table.sheet, table.headers, table.errors)
    is_data = extras.is_data
    # Line numbers printed in advance make no row: only columns that are read count.
    read = [place for place, one in enumerate(table.headers) if one]
    sheet.notes.clear()
    for number, cells in sheet.read():
        if number <= table.header_row:
            continue
        if len(cells) < width:
            cells.extend([""] * (width - len(cells)))
        elif len(cells) > width:
            if sheet.ragged and any(cells[width:]):
                message = "这一行的格数比表头多，多半是内容里有逗号，请给那一格加上双引号"
                table.errors.append(table.error(number, None, "", message))
                continue
            del cells[width:]
        if not any(map(cells.__getitem__, read)):
            if any(cells):
                extras.is_extra(number, cells)
        elif is_data(number, cells):
            yield number, cells
    table.notes += sheet.notes + extras.finish()


def _not_blank(rows: Iterator[RawRow]) -> Iterator[RawRow]:
    return ((number, cells) for number, cells in rows if any(cells))


def _others(sheets: list[Sheet], found: list[_Header], read: list[_Header]) -> list[str]:
    """Return remarks naming the sheets that were not read; empty ones are nobody's loss."""
    empty = {id(header.sheet) for header in found if header.match is None}
    done = empty | {id(header.sheet) for header in read}
    return [
        f"{'隐藏的' if sheet.hidden else ''}工作表“{sheet.name}”没有读"
        for sheet in sheets
        if id(sheet) not in done
    ]


def _why_none(found: list[_Header]) -> str:
    """Say what the likeliest sheet lacks."""
    headers = [header for header in found if header.match]
    if not headers:
        return "文件里没有内容，请核对是否选对了文件。"
    best = min(headers, key=lambda header: len(header.match.missing) if header.match else 0)
    missing = best.match.missing if best.match else []
    names = "、".join(f"“{column.header}”" for column in missing)
    where = f"工作表“{best.sheet.name}”" if best.sheet.name else "文件"
    return f"{where}的前 {_HEADER_ROWS} 行里找不到完整的表头，缺少{names}，请对照模板核对表头。"


def _why_doubled(sheet: Sheet, doubled: list[list[BoundColumn]]) -> str:
    """Name the headers that mean the same column."""
    where = f"工作表“{sheet.name}”里，" if sheet.name else ""
    same = doubled[0]
    titles = "、".join(f"“{one.title}”" for one in same)
    return f"{where}{titles}都是“{same[0].column.header}”这一列，只能留一列。"
