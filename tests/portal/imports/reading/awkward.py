"""Builds the files that clerks and attackers hand in."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from portal.columns.cells import (
    Account,
    Choice,
    Code,
    Date,
    Identity,
    Money,
    PeriodCell,
    PersonName,
    Place,
    Quantity,
)
from portal.columns.column import Column
from portal.imports.reading.errors import RowError
from portal.imports.reading.tables import Table, open_table

IDENTITY = "11010519491231002X"
COLUMNS = (
    Column(header="补贴项目编码", field="programme", cell=Code(), conditional=True, example="GD-2026"),
    Column(
        header="村代码",
        field="region",
        cell=Place(),
        conditional=True,
        aliases=("村(社区)",),
        example="大浦村",
    ),
    Column(
        header="姓名", field="name", cell=PersonName(), required=True, aliases=("户主姓名",), example="张三"
    ),
    Column(header="身份证号", field="identity", cell=Identity(), conditional=True, aliases=("身份证号码",)),
    Column(header="银行账号", field="account", cell=Account(), conditional=True, aliases=("一卡通账号",)),
    Column(header="补贴数量", field="quantity", cell=Quantity(), aliases=("补贴面积",), example="6.20"),
    Column(
        header="补贴金额",
        field="amount",
        cell=Money(),
        required=True,
        aliases=("实发金额",),
        help="元，最多两位小数",
        example="1260.00",
    ),
    Column(header="应发金额", field="due", cell=Money(allow_zero=True)),
    Column(header="所属期", field="period", cell=PeriodCell(), example="2026"),
    Column(header="发放日期", field="paid_on", cell=Date(past=True), example="2026-06-30"),
    Column(
        header="发放类型", field="kind", cell=Choice({"正常": "normal", "补发": "arrears"}), example="正常"
    ),
    Column(header="户主姓名", field="head", cell=PersonName()),
)
Rows = list[tuple[int, list[str]]]


def csv_file(folder: Path, text: str, encoding: str = "utf-8", name: str = "表.csv") -> Path:
    """Write a text file."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path, *, columns: Sequence[Column] = COLUMNS) -> tuple[Table, Rows]:
    """Read a whole table."""
    table = open_table(path, columns)
    return table, list(table.rows)


def errors_of(path: Path) -> list[RowError]:
    """Return what the reading itself finds wrong."""
    return read(path)[0].errors


def values(table: Table, cells: list[str]) -> dict[str, object]:
    """Parse a row's cells, by field."""
    pairs = zip(table.headers, cells, strict=True)
    return {one.column.field: one.parse(cell) for one, cell in pairs if one and cell}


_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADER = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>补贴金额</t></is></c>'
    '<c r="C1" t="inlineStr"><is><t>身份证号</t></is></c>'
    '<c r="D1" t="inlineStr"><is><t>所属期</t></is></c></row>'
)


def sheet_xml(rows: str, *, before: str = "", after: str = "") -> str:
    """Return a worksheet; `before` stands above the root, `after` behind the rows."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<worksheet xmlns="{_MAIN}">'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>"
    )


def raw_xlsx(path: Path, sheet: str | bytes, *, shared: str = "", workbook: str = "") -> Path:
    """Write the smallest workbook around one worksheet's XML."""
    relations = f'<Relationship Id="r1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/>'
    if shared:
        relations += f'<Relationship Id="r2" Type="{_REL}/sharedStrings" Target="sharedStrings.xml"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "xl/workbook.xml",
            workbook
            or f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
            '<sheet name="明细" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>'
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        if shared:
            archive.writestr("xl/sharedStrings.xml", shared)
    return path
