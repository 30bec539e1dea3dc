"""Workbooks that go out to clerks: the empty template, and their own rows with the errors marked."""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from portal.columns.cells import Amount, Choice, Count, YesNo
from portal.columns.column import Column
from portal.imports.reading.errors import RowError
from portal.imports.reading.raw import RawRow
from portal.imports.reading.tables import Table

_LAST_ROW = 1_048_575
_MOST_CHARACTERS = 32_767
# Each comment is a drawing; some thousands make a workbook that opens slowly.
_MOST_COMMENTS = 2_000
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,3})?")
_FORMULA_STARTS = ("=", "+", "-", "@")
_EXAMPLE_NOTE = "这一行是示例，填表时请删掉；留着不改，系统也不会读入。"
_GUIDE = ("列名", "要求", "说明", "只能填", "示例")


def write_template(kind_title: str, columns: Sequence[Column], fp: BinaryIO) -> None:
    """Write the empty workbook of a kind: headers, drop-downs, notes, one example row."""
    workbook = xlsxwriter.Workbook(fp, {"in_memory": True})
    sheet = workbook.add_worksheet(_sheet_name(kind_title))
    styles = _Styles(workbook)
    for place, column in enumerate(columns):
        _template_column(sheet, place, column, styles)
    sheet.write_comment(1, 0, _EXAMPLE_NOTE, {"visible": True, "x_offset": 30, "y_offset": 40})
    sheet.set_row(0, 30)
    sheet.freeze_panes(1, 0)
    _write_guide(workbook.add_worksheet("填表说明"), columns, styles)
    workbook.close()


def write_marked(tables: Iterable[Table], errors: Iterable[RowError], fp: BinaryIO) -> None:
    """Write a clerk's rows again, wrong cells coloured and explained, each in its own row.

    The workbook can be repaired and handed in as it is. Rows keep their numbers; totals and
    signatures are left out.

    Args:
        tables: freshly opened, their rows not read yet; they are read once.
        errors: of all sheets; those without a row are listed on a sheet of their own.
        fp: receives the xlsx; it holds whatever the file held, identity numbers too.
    """
    by_row: dict[tuple[str, int | None], list[RowError]] = defaultdict(list)
    for error in errors:
        by_row[error.sheet, error.row].append(error)
    options = {"constant_memory": True, "tmpdir": _memory_folder()}
    workbook = xlsxwriter.Workbook(fp, options)
    styles = _Styles(workbook)
    for number, table in enumerate(tables, start=1):
        sheet = workbook.add_worksheet(_sheet_name(table.sheet or f"数据{number}"))
        _Marked(sheet, table, styles).write(by_row)
    _write_general([e for (_, row), found in by_row.items() if row is None for e in found], workbook)
    workbook.close()


class _Styles:
    """The formats of one workbook."""

    def __init__(self, workbook: Any) -> None:  # xlsxwriter has no types
        add = workbook.add_format
        self.header = add({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
        self.required = add({"bold": True, "bg_color": "#FCE4D6", "border": 1, "text_wrap": True})
        self.text = add({"num_format": "@"})
        # What looks like a formula stays text even when the clerk edits the cell.
        self.quoted = add({"num_format": "@", "quote_prefix": True})
        self.number = add({})
        self.example = add({"italic": True, "font_color": "#808080", "num_format": "@"})
        self.example_number = add({"italic": True, "font_color": "#808080"})
        self.wrong = add({"bg_color": "#FFC7CE", "num_format": "@", "quote_prefix": True})
        self.message = add({"font_color": "#9C0006"})
        self.wrap = add({"text_wrap": True, "valign": "top"})


def _template_column(sheet: Any, place: int, column: Column, styles: _Styles) -> None:
    """Write header, note, drop-down and example of one column."""
    number = isinstance(column.cell, Amount | Count)
    width = max(12, 2 * len(column.header) + 4, len(column.example) + 4)
    sheet.set_column(place, place, width, styles.number if number else styles.text)
    style = styles.required if column.required else styles.header
    sheet.write_string(0, place, column.header + _mark(column), style)
    if column.help:
        sheet.write_comment(0, place, column.help)
    if words := _words(column):
        sheet.data_validation(
            1,
            place,
            _LAST_ROW,
            place,
            {"validate": "list", "source": words, "error_title": "请从列表中选择"},
        )
    if number and _PLAIN_NUMBER.fullmatch(column.example):
        sheet.write_number(1, place, float(column.example), styles.example_number)
    elif column.example:
        sheet.write_string(1, place, column.example, styles.example)


def _write_guide(sheet: Any, columns: Sequence[Column], styles: _Styles) -> None:
    """Write what each column wants, one line a column."""
    for place, (title, width) in enumerate(zip(_GUIDE, (18, 10, 60, 40, 24), strict=True)):
        sheet.set_column(place, place, width, styles.wrap)
        sheet.write_string(0, place, title, styles.header)
    for row, column in enumerate(columns, start=1):
        demand = "必填" if column.required else "视情况必填" if column.conditional else "选填"
        words = "、".join(_words(column))
        cells = (column.header, demand, column.help, words, column.example)
        for place, text in enumerate(cells):
            sheet.write_string(row, place, text, styles.wrap)
    sheet.write_string(len(columns) + 2, 0, _EXAMPLE_NOTE, styles.message)


class _Marked:
    """One sheet of a marked workbook."""

    def __init__(self, sheet: Any, table: Table, styles: _Styles) -> None:
        self._sheet, self._table, self._styles = sheet, table, styles
        self._places = {one.column.header: i for i, one in enumerate(table.headers) if one}
        self._amounts = {
            i for i, one in enumerate(table.headers) if one and isinstance(one.column.cell, Amount)
        }
        self._comments = 0

    def write(self, by_row: dict[tuple[str, int | None], list[RowError]]) -> None:
        """Write headers and rows in the order of their numbers, as a stream must."""
        table, styles = self._table, self._styles
        for place, title in enumerate(table.titles):
            style = styles.number if place in self._amounts else styles.text
            self._sheet.set_column(place, place, max(12, 2 * len(title) + 4), style)
        end = len(table.titles)
        self._sheet.set_column(end, end, 80, styles.message)
        for place, title in enumerate([*table.titles, "错误说明"]):
            self._sheet.write_string(table.header_row - 1, place, title, styles.header)
        self._sheet.freeze_panes(table.header_row, 0)
        # Totals have errors too, but are not among the rows.
        others = sorted(row for name, row in by_row if name == table.sheet and row is not None)
        for number, cells in _with_gaps(table.rows, others, end):
            self._row(number, cells, by_row.get((table.sheet, number), []))

    def _row(self, number: int, cells: list[str], errors: list[RowError]) -> None:
        wrong: dict[int, str] = {}
        for error in errors:
            if error.column in self._places:
                wrong[self._places[error.column]] = error.message
        for place, text in enumerate(cells):
            if place in wrong:
                self._sheet.write_string(number - 1, place, text[:_MOST_CHARACTERS], self._styles.wrong)
                self._comment(number, place, wrong[place])
            elif text:
                self._plain(number, place, text)
        if errors:
            lines = (
                f"{error.column}：{error.message}" if error.column else error.message for error in errors
            )
            message = "；".join(lines)[:_MOST_CHARACTERS]
            self._sheet.write_string(number - 1, len(cells), message, self._styles.message)

    def _plain(self, number: int, place: int, text: str) -> None:
        if place in self._amounts and _PLAIN_NUMBER.fullmatch(text):
            self._sheet.write_number(number - 1, place, float(text))
            return
        style = self._styles.quoted if text.startswith(_FORMULA_STARTS) else self._styles.text
        self._sheet.write_string(number - 1, place, text[:_MOST_CHARACTERS], style)

    def _comment(self, number: int, place: int, message: str) -> None:
        self._comments += 1
        if self._comments <= _MOST_COMMENTS:
            self._sheet.write_comment(number - 1, place, message)


def _with_gaps(rows: Iterable[RawRow], others: list[int], width: int) -> Iterable[RawRow]:
    """Yield the rows, and empty ones for the numbers in `others` that are not among them."""
    waiting = iter(others)
    following = next(waiting, None)
    for number, cells in rows:
        while following is not None and following < number:
            yield following, [""] * width
            following = next(waiting, None)
        while following is not None and following <= number:
            following = next(waiting, None)
        yield number, cells
    while following is not None:
        yield following, [""] * width
        following = next(waiting, None)


def _write_general(errors: list[RowError], workbook: Any) -> None:
    """List the errors that belong to no row."""
    if not errors:
        return
    sheet = workbook.add_worksheet("整个文件的问题")
    sheet.set_column(0, 0, 100)
    for row, error in enumerate(errors):
        sheet.write_string(row, 0, f"{error.column}：{error.message}" if error.column else error.message)


def _mark(column: Column) -> str:
    return "*" if column.required else "†" if column.conditional else ""


def _words(column: Column) -> list[str]:
    """Return the words that a column's cells may hold, where they are few."""
    if isinstance(column.cell, Choice):
        return list(column.cell.options)
    return ["是", "否"] if isinstance(column.cell, YesNo) else []


def _sheet_name(title: str) -> str:
    """Return a name that spreadsheets allow."""
    return _NO_SHEET_NAME.sub("", title)[:31] or "数据"


def _memory_folder() -> str:
    """Return a folder in memory for the rows under way: they hold identity numbers in clear."""
    memory = Path("/dev/shm")  # noqa: S108 - a file there never reaches a disk
    return str(memory) if memory.is_dir() else tempfile.gettempdir()
