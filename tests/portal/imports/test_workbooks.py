from __future__ import annotations

import io
from pathlib import Path

import openpyxl

from portal.imports.reading.errors import RowError
from portal.imports.reading.tables import open_tables
from portal.imports.workbooks import write_marked, write_template
from tests.portal.imports.reading.awkward import COLUMNS, IDENTITY, csv_file, read


def _template(folder: Path) -> Path:
    path = folder / "模板.xlsx"
    with path.open("wb") as stream:
        write_template("到户资金/发放明细", COLUMNS, stream)
    return path


def test_a_template_reads_back_as_a_table_without_rows(tmp_path: Path) -> None:
    table, rows = read(_template(tmp_path))
    assert table.sheet == "到户资金发放明细"
    assert [one.column for one in table.headers if one] == list(COLUMNS)
    assert rows == []
    assert "模板里的示例行没有读入" in table.notes


def test_a_template_guides_the_clerk(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(_template(tmp_path))
    sheet, guide = book.worksheets
    titles = [cell.value for cell in sheet[1]]
    assert "姓名*" in titles
    assert "身份证号†" in titles
    amount = sheet.cell(1, titles.index("补贴金额*") + 1)
    assert amount.comment is not None
    assert "两位小数" in amount.comment.text
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    assert lists == ['"正常,补发"']
    assert (
        sheet.column_dimensions["D"].number_format if False else sheet["D2"].number_format in {"@", "General"}
    )
    assert guide.title == "填表说明"
    assert [cell.value for cell in guide[4]][:2] == ["姓名", "必填"]


def test_a_filled_template_loads_its_rows_and_not_the_example(tmp_path: Path) -> None:
    path = _template(tmp_path)
    book = openpyxl.load_workbook(path)
    book.worksheets[0].append(["GD-2026", "大浦村", "李四", IDENTITY, "****1234", 6.2, 1260, None, "2026"])
    book.save(path)
    _, rows = read(path)
    assert [cells[2] for _, cells in rows] == ["李四"]
    assert rows[0][1][:9] == ["GD-2026", "大浦村", "李四", IDENTITY, "****1234", "6.2", "1260", "", "2026"]


_FILE = (
    "大浦村发放表,,,\n姓名,补贴金额,身份证号,备注栏\n张三,12.5,11010519491231002X,=1+1\n"
    "李四,abc,110105194912310021,@x\n合计,12,,\n王五,7,,\n"
)
_ERRORS = [
    RowError("", 4, "补贴金额", "abc", "不是数字"),
    RowError("", 4, "身份证号", "****0021", "校验位不对"),
    RowError("", 5, "补贴金额", "12", "合计与明细不符"),
    RowError("", 9, "", "", "这一行的格数比表头多"),
    RowError("", None, "", "", "整个文件的话"),
]


def _marked(folder: Path, errors: list[RowError]) -> bytes:
    made = io.BytesIO()
    write_marked(open_tables(csv_file(folder, _FILE), COLUMNS), errors, made)
    return made.getvalue()


def test_a_marked_workbook_shows_each_error_in_its_own_row(tmp_path: Path) -> None:
    sheet, general = openpyxl.load_workbook(io.BytesIO(_marked(tmp_path, _ERRORS))).worksheets
    assert [cell.value for cell in sheet[2]] == ["姓名", "补贴金额", "身份证号", "备注栏", "错误说明"]
    assert [cell.value for cell in sheet[3]] == ["张三", 12.5, IDENTITY, "=1+1", None]
    assert sheet["E4"].value == "补贴金额：不是数字；身份证号：校验位不对"
    assert sheet["B4"].fill.start_color.rgb == "FFFFC7CE"
    assert sheet["B4"].comment is not None
    assert sheet["A4"].fill.start_color.rgb != "FFFFC7CE"
    assert sheet["E5"].value == "补贴金额：合计与明细不符"
    assert sheet["E9"].value == "这一行的格数比表头多"
    assert general["A1"].value == "整个文件的话"


def test_a_marked_workbook_holds_no_formula(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(_marked(tmp_path, _ERRORS))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet["D3"].value == "=1+1"
    assert sheet["D3"].quotePrefix
    assert sheet["D4"].quotePrefix


def test_a_marked_workbook_can_be_handed_in_again(tmp_path: Path) -> None:
    path = tmp_path / "改.xlsx"
    path.write_bytes(_marked(tmp_path, _ERRORS[:2]))
    table, rows = read(path)
    assert rows == [
        (3, ["张三", "12.5", IDENTITY, "=1+1", ""]),
        (4, ["李四", "abc", "110105194912310021", "@x", "补贴金额：不是数字；身份证号：校验位不对"]),
        (6, ["王五", "7", "", "", ""]),
    ]
    assert any("错误说明" in note for note in table.notes)


def test_sheets_of_a_marked_workbook_keep_their_names_and_errors(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("大浦村", "小浦村"):
        sheet = book.create_sheet(name)
        sheet.append(["姓名", "补贴金额"])
        sheet.append(["张三", 5])
    book.save(tmp_path / "x.xlsx")
    made = io.BytesIO()
    tables = open_tables(tmp_path / "x.xlsx", COLUMNS, all_sheets=True)
    write_marked(tables, [RowError("小浦村", 2, "姓名", "张三", "错")], made)
    first, second = openpyxl.load_workbook(made).worksheets
    assert (first["C2"].value, second["C2"].value) == (None, "姓名：错")
