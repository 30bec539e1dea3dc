# ruff: noqa: RUF001 - full-width signs are what is tested
from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portal.columns.cells import Money
from portal.columns.column import Column
from portal.imports.reading.errors import FileError
from portal.imports.reading.headers import match_headers
from portal.imports.reading.tables import open_table
from tests.portal.imports.reading.awkward import COLUMNS, csv_file, read, values


def _fields(*titles: str) -> list[str | None]:
    return [one.column.field if one else None for one in match_headers(titles, COLUMNS, {}).bound]


def test_marks_spaces_and_width_do_not_matter() -> None:
    assert _fields("姓 名*", "补贴金额（元）", "＊身份证号", "村（社区）", "银行账号†", "姓名(必填)") == [
        *("name", "amount", "identity", "region", "account", "name")
    ]


def test_aliases_are_read_and_named() -> None:
    match = match_headers(("姓名", "实发金额", "一卡通账号", "补贴面积(亩)"), COLUMNS, {})
    assert [one and one.column.field for one in match.bound] == ["name", "amount", "account", "quantity"]
    assert "“实发金额”按“补贴金额”读入" in match.notes


def test_a_header_beats_an_alias_unless_a_required_column_would_be_missing() -> None:
    assert _fields("姓名", "补贴金额", "户主姓名") == ["name", "amount", "head"]
    assert _fields("户主姓名", "补贴金额") == ["name", "amount"]


def test_what_is_not_read_is_said() -> None:
    match = match_headers(("序号", "姓名", "联系电话", "家庭住址", "民族", "补贴金额", ""), COLUMNS, {})
    assert [one is None for one in match.bound] == [True, False, True, True, True, False, True]
    assert len(match.notes) == 3
    assert "“联系电话”是不需要的个人信息" in match.notes[0]
    assert "不认识“民族”" in match.notes[2]


def test_a_unit_in_the_header_scales_the_cells(tmp_path: Path) -> None:
    table, rows = read(csv_file(tmp_path, "姓名,补贴金额（万元）\n张三,1.23456\n"))
    assert values(table, rows[0][1])["amount"] == Decimal("12345.60")
    assert table.notes == ["“补贴金额（万元）”已换算成元"]


def test_another_currency_is_another_column() -> None:
    assert _fields("姓名", "补贴金额(美元)") == ["name", None]


def test_a_mapping_renames_the_files_own_headers(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "农户,打卡数\n张三,5\n")
    table = open_table(path, COLUMNS, mapping={"农户": "姓名", "打卡数": "补贴金额"})
    assert list(table.rows) == [(2, ["张三", "5"])]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("姓名,身份证号", ["“补贴金额”", "缺少"]),
        ("身份证号,村代码", ["“姓名”、“补贴金额”"]),
        ("姓名,补贴金额,实发金额", ["“补贴金额”、“实发金额”都是“补贴金额”"]),
        ("姓名,姓名*,补贴金额", ["“姓名”、“姓名*”都是“姓名”"]),
        ("姓名,补贴金额,身份证号,身份证号码", ["都是“身份证号”"]),
    ],
)
def test_missing_and_doubled_headers_are_named(tmp_path: Path, header: str, words: list[str]) -> None:
    with pytest.raises(FileError) as caught:
        open_table(csv_file(tmp_path, f"{header}\n甲,1\n"), COLUMNS)
    assert all(word in str(caught.value) for word in words)


def test_the_header_may_stand_below_titles(tmp_path: Path) -> None:
    text = "大浦村发放表,,\n,,\n单位：元,,\n姓名,补贴金额,发放日期\n张三,5,2026-06-30\n"
    table, rows = read(csv_file(tmp_path, text))
    assert (table.header_row, rows[0][0]) == (4, 5)
    assert values(table, rows[0][1]) == {
        "name": "张三",
        "amount": Decimal("5.00"),
        "paid_on": date(2026, 6, 30),
    }


def test_a_header_below_the_fifth_row_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="前 5 行"):
        open_table(csv_file(tmp_path, "a\n" * 5 + "姓名,补贴金额\n张三,5\n"), COLUMNS)


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    table, rows = read(csv_file(tmp_path, "姓名,补贴金额\n"))
    assert rows == []
    assert table.errors == []


def test_units_that_are_part_of_a_header_stay_exact() -> None:
    column = Column(header="预算金额", field="budget", cell=Money(), required=True)
    for title, scale in (
        ("预算金额(亿元)", 10**8),
        ("预算金额(千元)", 1000),
        ("预算金额（人民币万元）", 10**4),
    ):
        bound = match_headers((title,), (column,), {}).bound[0]
        assert bound is not None
        assert bound.scale == scale
