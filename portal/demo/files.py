"""Writes lists as the files that offices hand in; the same rows always give the same bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from portal.columns.cells import Amount, Count, Date, Money
from portal.columns.column import Column
from portal.demo.listings import Cells, Form, Listing
from portal.demo.vouchers import photograph, scanned

MANIFEST = "manifest.csv"
_MANIFEST_COLUMNS = ("kind", "file", "body", "period", "item", "batch", "opening", "expected", "files")
# What an older system of a township calls the columns.
_OTHER_WORDS = {
    "村代码": "村(社区)",
    "身份证号": "身份证号码",
    "银行账号": "一卡通账号",
    "补贴数量": "补贴面积",
    "补贴金额": "实发金额",
}
_MADE_AT = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def write_listing(listing: Listing, columns: tuple[Column, ...], folder: Path) -> Path:
    """Write one list into a folder and return its path.

    Columns that no row fills are left out, as in life; workbooks have a title, line numbers, a total
    and a signature line, which the load must tell from data.
    """
    used = [
        column
        for column in columns
        if any(column.header in row for row in listing.rows) or (listing.is_nil and column.required)
    ]
    path = folder / listing.file
    if listing.form is Form.WORKBOOK:
        _write_workbook(path, listing, used)
    else:
        path.write_bytes(_csv_bytes(listing, used))
    if listing.files:
        _write_pictures(listing, folder / listing.files)
    return path


def _write_pictures(listing: Listing, folder: Path) -> None:
    """Draw the papers of a list, each in the form that its name's ending says."""
    folder.mkdir(exist_ok=True)
    for name, sheets in listing.pictures.items():
        if name.endswith(".pdf"):
            data = scanned(sheets)
        else:
            data = photograph(sheets[0], form="PNG" if name.endswith(".png") else "JPEG")
        (folder / name).write_bytes(data)


def write_manifest(listings: Iterable[Listing], folder: Path) -> Path:
    """Write the manifest that `load --manifest` reads."""
    path = folder / MANIFEST
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, _MANIFEST_COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(listing.manifest_row for listing in listings)
    return path


def _csv_bytes(listing: Listing, columns: list[Column]) -> bytes:
    old = listing.form is Form.OLD_CSV
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    headers = [column.header for column in columns]
    writer.writerow([_OTHER_WORDS.get(header, header) for header in headers] if old else headers)
    writer.writerows([row.get(header, "") for header in headers] for row in listing.rows)
    return text.getvalue().encode("gb18030" if old else "utf-8-sig")


def _write_workbook(path: Path, listing: Listing, columns: list[Column]) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _MADE_AT, "title": listing.title})
        sheet = book.add_worksheet("明细")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_string(0, 0, listing.title, bold)
        sheet.write_row(1, 0, ["序号", *(column.header for column in columns)], bold)
        for number, row in enumerate(listing.rows, start=1):
            sheet.write_number(number + 1, 0, number)
            for place, column in enumerate(columns, start=1):
                if text := row.get(column.header):
                    _write_cell(sheet, number + 1, place, column, text, day)
        _write_end(sheet, listing, columns)


def _write_cell(sheet: Any, row: int, place: int, column: Column, text: str, day: Any) -> None:
    """Write numbers as numbers and days as days; codes and long numbers stay text. xlsxwriter is untyped."""
    if isinstance(column.cell, Amount | Count):
        sheet.write_number(row, place, float(text))
    elif isinstance(column.cell, Date):
        sheet.write_datetime(row, place, date.fromisoformat(text), day)
    else:
        sheet.write_string(row, place, text)


def _write_end(sheet: Any, listing: Listing, columns: list[Column]) -> None:
    """Write the total and the line for signatures. xlsxwriter is untyped."""
    end = len(listing.rows) + 2
    money = [
        (place, column) for place, column in enumerate(columns, start=1) if isinstance(column.cell, Money)
    ]
    if money:
        sheet.write_string(end, 0, "合计")
        for place, column in money:
            sheet.write_number(end, place, float(_total(listing.rows, column.header)))
        end += 1
    sheet.write_string(end, 0, "制表人：")


def _total(rows: list[Cells], header: str) -> Decimal:
    return sum((Decimal(row[header]) for row in rows if header in row), Decimal(0))
