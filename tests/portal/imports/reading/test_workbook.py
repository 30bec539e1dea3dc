from __future__ import annotations

import datetime as dt
import pickle
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
import xlsxwriter

from portal.columns.column import CellError
from portal.imports.reading.errors import FileError
from portal.imports.reading.raw import Limits
from portal.imports.reading.tables import open_table, open_tables
from portal.imports.reading.workbook import xlsx_sheets
from tests.portal.imports.reading.awkward import COLUMNS, HEADER, IDENTITY, raw_xlsx, read, sheet_xml, values


def _moment(*parts: int) -> dt.datetime:
    """Return a wall clock's moment: spreadsheets know no time zones."""
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def _book(path: Path, rows: list[list[Any]], *, since_1904: bool = False) -> Path:
    workbook = xlsxwriter.Workbook(
        path, {"default_date_format": "yyyy-mm-dd", "date_1904": since_1904, "strings_to_numbers": False}
    )
    sheet = workbook.add_worksheet("明细")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    workbook.close()
    return path


def test_numbers_days_and_texts_are_exact(tmp_path: Path) -> None:
    noisy = 1.1 + 0.1  # 1.2000000000000002
    rows: list[list[Any]] = [
        ["姓名", "补贴金额", "发放日期", "身份证号", "所属期"],
        ["\U00030edd田", noisy, dt.date(2026, 6, 30), IDENTITY, 2026],
        [" 李四 ", 1e5, _moment(2026, 6, 30, 8, 30), "", "2026Q1"],
        ["王五", 0.07, "2026/6/30", "", ""],
    ]
    for since_1904 in (False, True):
        table, read_rows = read(_book(tmp_path / "x.xlsx", rows, since_1904=since_1904))
        assert table.sheet == "明细"
        assert read_rows == [
            (2, ["\U00030edd田", "1.2", "2026-06-30", IDENTITY, "2026"]),
            (3, ["李四", "100000", "2026-06-30 08:30", "", "2026Q1"]),
            (4, ["王五", "0.07", "2026/6/30", "", ""]),
        ]
        assert values(table, read_rows[0][1])["amount"] == Decimal("1.20")
        assert values(table, read_rows[1][1])["paid_on"] == dt.date(2026, 6, 30)


def test_our_reader_agrees_with_another(tmp_path: Path) -> None:
    texts = [[f"文{row}-{column}" for column in range(30)] for row in range(50)]
    path = _book(tmp_path / "x.xlsx", texts)
    (sheet,) = xlsx_sheets(path, Limits())
    theirs = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()
    assert [cells for _, cells in sheet.read()] == theirs == texts
    assert list(sheet.read()) == list(sheet.read())


def test_a_period_that_became_a_day_reads_as_it_is_shown(tmp_path: Path) -> None:
    workbook = xlsxwriter.Workbook(tmp_path / "x.xlsx")
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["姓名", "补贴金额", "所属期", "发放日期"])
    sheet.write_row(1, 0, ["张三", 5])
    month = workbook.add_format({"num_format": "mmm-yy"})
    sheet.write_datetime(1, 2, _moment(2026, 3, 1), month)
    sheet.write_datetime(1, 3, _moment(2026, 6, 30), workbook.add_format({"num_format": 'm"月"d"日"'}))
    workbook.close()
    table, rows = read(tmp_path / "x.xlsx")
    found = values(table, rows[0][1])
    assert str(found["period"]) == "2026-03"
    assert found["paid_on"] == dt.date(2026, 6, 30)


def test_an_identity_number_stored_as_a_number_is_refused_with_the_remedy(tmp_path: Path) -> None:
    table, rows = read(
        _book(tmp_path / "x.xlsx", [["姓名", "补贴金额", "身份证号"], ["张三", 5, 110105194912310021]])
    )
    for cells in (rows[0][1], pickle.loads(pickle.dumps(rows[0][1]))):  # as a second process gets it
        with pytest.raises(CellError, match=r"身份证号被表格存成了数字.*设为“文本”"):
            values(table, cells)


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ('<c r="B2"><f>1+1</f></c>', "公式没有存下结果"),
        ('<c r="B2"><f>1+1</f><v></v></c>', "公式没有存下结果"),
        ('<c r="B2"><f>1+1</f><v/></c>', "公式没有存下结果"),
        ('<c r="B2" t="str"><f>A1</f></c>', "公式没有存下结果"),
        ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "公式出错"),
        ('<c r="B2" t="e"><v>#N/A</v></c>', "公式出错"),
        ('<c r="B2"><v>12x</v></c>', "数字已损坏"),
        ('<c r="B2"><v>NaN</v></c>', "数字已损坏"),
        ('<c r="B2" t="b"><v>1</v></c>', "不是数字"),
    ],
)
def test_cells_without_a_value_say_why(tmp_path: Path, cell: str, word: str) -> None:
    xml = sheet_xml(f'{HEADER}<row r="2"><c r="A2" t="str"><v>张三</v></c>{cell}</row>')
    table, rows = read(raw_xlsx(tmp_path / "x.xlsx", xml))
    with pytest.raises(CellError, match=word):
        values(table, rows[0][1])


def test_a_formulas_stored_value_is_read(tmp_path: Path) -> None:
    xml = sheet_xml(
        f'{HEADER}<row r="2"><c r="A2" t="str"><f>X1</f><v>张三</v></c><c r="B2"><f>1+1</f><v>2</v></c>'
        '<c r="C2" t="str"><f>""</f><v></v></c></row>'
    )
    assert read(raw_xlsx(tmp_path / "x.xlsx", xml))[1] == [(2, ["张三", "2", "", ""])]


def test_cells_without_references_prefixes_and_phonetic_guides_are_understood(tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = (
        f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row><x:c t="s"><x:v>0</x:v></x:c>'
        '<x:c t="s"><x:v>1</x:v></x:c></x:row><x:row r="7"><x:c t="inlineStr"><x:is><x:r><x:t>张</x:t></x:r>'
        "<x:rPh><x:t>zhang</x:t></x:rPh><x:r><x:t>三</x:t></x:r></x:is></x:c><x:c><x:v>5</x:v></x:c></x:row>"
        "</x:sheetData></x:worksheet>"
    )
    shared = (
        f'<sst xmlns="{main}"><si><t>姓</t><rPh><t>xing</t></rPh><r><t>名</t></r></si>'
        "<si><t>补贴_x91D1_额</t></si></sst>"
    )
    assert read(raw_xlsx(tmp_path / "x.xlsx", xml, shared=shared))[1] == [(7, ["张三", "5"])]


def test_merged_cells_fill_downwards(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["大浦村发放表"])
    sheet.merge_cells("A1:C1")
    sheet.append(["村代码", "姓名", "补贴金额"])
    for row in (
        ["大浦村", "张三", 5],
        [None, "李四", 6],
        [None, "王五", 7],
        [None, None, None],
        ["小浦村", "赵六", 8],
    ):
        sheet.append(row)
    sheet.merge_cells("A3:A6")
    book.save(tmp_path / "x.xlsx")
    table, rows = read(tmp_path / "x.xlsx")
    assert [cells[0] for _, cells in rows] == ["大浦村"] * 3 + ["小浦村"]
    assert [number for number, _ in rows] == [3, 4, 5, 7]
    assert any("合并单元格" in note for note in table.notes)


def test_hidden_rows_are_read_with_a_remark(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["姓名", "补贴金额"], ["张三", 5], ["李四", 6]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    book.save(tmp_path / "x.xlsx")
    table, rows = read(tmp_path / "x.xlsx")
    assert len(rows) == 2
    assert table.notes == ["有 1 行是隐藏的，也已读入"]


def _tabs(path: Path, tabs: dict[str, list[list[Any]]], hidden: str = "") -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tabs.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == hidden:
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


_ONE: list[list[Any]] = [["姓名", "补贴金额"], ["张三", 5]]
_OTHER = [["说明", "内容"], ["甲", "乙"]]


def test_the_sheet_that_matches_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = _tabs(tmp_path / "x.xlsx", {"说明": _OTHER, "大浦村": _ONE, "旧": _ONE, "空": []}, hidden="旧")
    table, rows = read(path)
    assert (table.sheet, len(rows)) == ("大浦村", 1)
    assert table.notes == ["工作表“说明”没有读", "隐藏的工作表“旧”没有读"]


def test_two_sheets_that_match_are_refused_unless_all_are_wanted(tmp_path: Path) -> None:
    path = _tabs(tmp_path / "x.xlsx", {"大浦村": _ONE, "说明": _OTHER, "小浦村": _ONE})
    with pytest.raises(FileError, match="“大浦村”、“小浦村”都像这张表"):
        open_table(path, COLUMNS)
    tables = open_tables(path, COLUMNS, all_sheets=True)
    assert [(table.sheet, len(list(table.rows))) for table in tables] == [("大浦村", 1), ("小浦村", 1)]


def test_of_two_sheets_the_one_with_most_conditional_headers_is_meant(tmp_path: Path) -> None:
    full: list[list[Any]] = [
        ["姓名", "补贴金额", "村代码", "身份证号", "银行账号"],
        ["张三", 5, "大浦村", IDENTITY, "****1234"],
    ]
    path = _tabs(tmp_path / "x.xlsx", {"汇总": _ONE, "明细": full})
    assert read(path)[0].sheet == "明细"
