"""A published release as a workbook to be corrected: its locked first column names each row."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from portal.columns.cells import Choice, YesNo
from portal.columns.column import Column
from portal.imports.origins import PUBLIC_ID, cell_texts, standing_rows, stored_rows
from portal.releases.models import Release
from portal.releases.registry import Disclosure, kind

_BATCH = 2_000
# Room for lines to be added, with drop-downs, below those that are there.
_SPARE_ROWS = 500
_NOTE = "公开编号不要改。改哪格就写哪格；只留编号、其余清空，就是撤下这一行；新加的一行，编号空着。"
_ALLOWED = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "autofilter": True,
}


def write_export(release: Release, fp: BinaryIO) -> int:
    """Write the standing rows of a published release (its corrections included); return how many.

    Identity and account numbers stand there by their last four digits, which keep the number.
    """
    disclosure = kind(release.kind)
    workbook = xlsxwriter.Workbook(fp, {"constant_memory": True, "tmpdir": _memory_folder()})
    head = workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "locked": True})
    locked = workbook.add_format({"num_format": "@", "font_color": "#595959", "locked": True})
    text = workbook.add_format({"num_format": "@", "locked": False})
    sheet = workbook.add_worksheet(disclosure.title[:31])
    sheet.protect("", _ALLOWED)
    sheet.freeze_panes(1, 1)
    columns = (PUBLIC_ID, *disclosure.columns)
    for place, column in enumerate(columns):
        width = 38 if column is PUBLIC_ID else max(12, 2 * len(column.header) + 4)
        sheet.set_column(place, place, width, locked if column is PUBLIC_ID else text)
        sheet.write_string(0, place, column.header, head)
    count = 0
    for count, cells in enumerate(_lines(disclosure, release), start=1):
        for place, cell in enumerate(cells):
            # Everything is text: a number keeps its digits, and nothing becomes a formula.
            sheet.write_string(count, place, cell, locked if place == 0 else text)
    for place, column in enumerate(columns):
        _drop_down(sheet, place, column, count + _SPARE_ROWS)
    sheet.write_comment(0, 0, _NOTE)
    workbook.close()
    return count


def _lines(disclosure: Disclosure, release: Release) -> Iterator[list[str]]:
    """Yield the texts of each row, its public id first."""
    rows = standing_rows(release.corrects_id or release.pk).select_related("region__parent").iterator(_BATCH)
    while batch := list(islice(rows, _BATCH)):
        for stored in stored_rows(disclosure, batch):
            texts = cell_texts(disclosure.columns, stored)
            # A village's name may repeat in the county; its code does not.
            texts["region"] = stored.row.region.code if "region" in texts else ""
            yield [str(stored.row.pk), *(texts[column.field] for column in disclosure.columns)]


def _drop_down(sheet: Any, place: int, column: Column, last: int) -> None:  # xlsxwriter has no types
    words: list[str] = []
    if isinstance(column.cell, Choice):
        words = list(column.cell.options)
    elif isinstance(column.cell, YesNo):
        words = ["是", "否"]
    if words:
        sheet.data_validation(1, place, last, place, {"validate": "list", "source": words})


def _memory_folder() -> str:
    """Return a folder in memory for the rows under way: they hold full names."""
    memory = Path("/dev/shm")  # noqa: S108 # a file there never reaches a disk
    return str(memory) if memory.is_dir() else tempfile.gettempdir()
