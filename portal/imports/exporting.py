"""Rows as a workbook: of a published release to be corrected, of a draft with the numbers it was given."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from django.db.models import Q

from portal.columns.cells import Account, Choice, Identity, YesNo
from portal.columns.column import Column
from portal.imports.origins import PUBLIC_ID, cell_texts, standing_rows, stored_rows
from portal.people.models import Role, User
from portal.people.scope import bodies
from portal.releases.models import DisclosedRowQuerySet, Release, State
from portal.releases.registry import Disclosure, kind

_BATCH = 2_000
_BY_THEIR_END = (Identity, Account)
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
    rows = standing_rows(release.corrects_id or release.pk)
    return _write(kind(release.kind), rows, fp, names_rows=True)


def write_numbered(release: Release, fp: BinaryIO, *, by: User) -> int:
    """Write the drafts that a file became, with the numbers that were proposed; return how many rows.

    A township's file becomes a draft for each village: the clerk gets all of them back as one table, to
    be kept and filled in the next time. Identity and account numbers are left blank.
    """
    return _write(kind(release.kind), _rows_of_file(release, by), fp, names_rows=False)


def _rows_of_file(release: Release, by: User) -> DisclosedRowQuerySet:
    """Return the rows of a draft, and of the clerk's other drafts of its file, in the file's order."""
    drafts = Q(release=release)
    if release.file_sha256:
        drafts |= Q(
            release__in=Release.objects.filter(
                state=State.DRAFT,
                kind=release.kind,
                body__in=bodies(by, {Role.CLERK}),
                file_sha256=release.file_sha256,
                start_on=release.start_on,
                end_on=release.end_on,
                batch=release.batch,
            )
        )
    rows: DisclosedRowQuerySet = kind(release.kind).model._default_manager.filter(drafts)
    return rows.order_by("position", "pk")


def _write(disclosure: Disclosure, rows: DisclosedRowQuerySet, fp: BinaryIO, *, names_rows: bool) -> int:
    """Write rows as a workbook; where it `names_rows`, a locked first column says which each one is."""
    workbook = xlsxwriter.Workbook(fp, {"constant_memory": True, "tmpdir": _memory_folder()})
    head = workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "locked": True})
    locked = workbook.add_format({"num_format": "@", "font_color": "#595959", "locked": True})
    text = workbook.add_format({"num_format": "@", "locked": False})
    sheet = workbook.add_worksheet(disclosure.title[:31])
    columns = (PUBLIC_ID, *disclosure.columns) if names_rows else disclosure.columns
    styles = [locked if column is PUBLIC_ID else text for column in columns]
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(columns):
        width = 38 if column is PUBLIC_ID else max(12, 2 * len(column.header) + 4)
        sheet.set_column(place, place, width, styles[place])
        sheet.write_string(0, place, column.header, head)
    count = 0
    for count, told in enumerate(_lines(disclosure, rows, shows_ends=names_rows), start=1):
        for place, column in enumerate(columns):
            # Everything is text: a number keeps its digits, and nothing becomes a formula.
            sheet.write_string(count, place, told[column.field], styles[place])
    for place, column in enumerate(columns):
        _drop_down(sheet, place, column, count + _SPARE_ROWS)
    if names_rows:
        sheet.protect("", _ALLOWED)
        sheet.write_comment(0, 0, _NOTE)
    workbook.close()
    return count


def _lines(
    disclosure: Disclosure, rows: DisclosedRowQuerySet, *, shows_ends: bool
) -> Iterator[dict[str, str]]:
    """Yield the texts of each row by field, its public id among them."""
    hidden = [] if shows_ends else [c.field for c in disclosure.columns if isinstance(c.cell, _BY_THEIR_END)]
    found = rows.select_related("region__parent").iterator(_BATCH)
    while batch := list(islice(found, _BATCH)):
        for stored in stored_rows(disclosure, batch):
            texts = cell_texts(disclosure.columns, stored) | dict.fromkeys(hidden, "")
            if "region" in texts:
                # A village's name may repeat in the county; its code does not.
                texts["region"] = stored.row.region.code
            yield {PUBLIC_ID.field: str(stored.row.pk), **texts}


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
