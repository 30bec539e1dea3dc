from __future__ import annotations

from pathlib import Path

import pytest

from portal.imports.reading.errors import RowError
from tests.portal.imports.reading.awkward import IDENTITY, csv_file, errors_of, read

_HEADER = "序号,村代码,姓名,补贴金额,应发金额\n"
_ROWS = '1,大浦村,张三,100.50,\n2,大浦村,李四,"1,000",\n'


@pytest.mark.parametrize(
    "total",
    [
        "合计,,,1100.50,\n",
        '合　计,,,"1,100.50",\n',
        ",,总计：,1100.5元,\n",
        ",大浦村小计,,1100.50,0\n",
        ",合计（元）,,1100.50,\n",
        ",,本页合计,,\n",
    ],
)
def test_totals_are_left_out_and_checked(tmp_path: Path, total: str) -> None:
    table, rows = read(csv_file(tmp_path, _HEADER + _ROWS + total))
    assert [number for number, _ in rows] == [2, 3]
    assert table.errors == []
    assert any("1 行合计" in note for note in table.notes)


def test_a_wrong_total_is_an_error_that_names_both_sums(tmp_path: Path) -> None:
    (error,) = errors_of(csv_file(tmp_path, f"{_HEADER}{_ROWS}合计,,,1200.50,\n"))
    assert (error.row, error.column, error.value) == (4, "补贴金额", "1200.50")
    assert "1200.50" in error.message
    assert "1100.50" in error.message


def test_subtotals_and_a_grand_total_fit_together(tmp_path: Path) -> None:
    text = f"{_HEADER}{_ROWS}小计,,,1100.50,\n3,小浦村,王五,9.50,\n小计,,,9.50,\n合计,,,1110.00,\n"
    assert errors_of(csv_file(tmp_path, text)) == []
    wrong = text.replace("小计,,,9.50,", "小计,,,9.00,")
    assert [error.row for error in errors_of(csv_file(tmp_path, wrong))] == [6]


def test_a_total_above_the_rows_is_checked_at_the_end(tmp_path: Path) -> None:
    assert errors_of(csv_file(tmp_path, f"{_HEADER}合计,,,1100.50,\n{_ROWS}")) == []
    assert [error.row for error in errors_of(csv_file(tmp_path, f"{_HEADER}合计,,,1,\n{_ROWS}"))] == [2]


def test_a_row_with_all_required_cells_is_data_whatever_else_it_says(tmp_path: Path) -> None:
    _, rows = read(csv_file(tmp_path, "姓名,补贴金额,村代码\n李计,5,合计\n合计元,3,审核人：\n"))
    assert len(rows) == 2


@pytest.mark.parametrize(
    "line", ["制表人：张三,,审核人：李四,,\n", ",,,,\n审核人,,,,\n", "(盖章),,,,\n", "注：本表一式三份,,,,\n"]
)
def test_signatures_are_left_out(tmp_path: Path, line: str) -> None:
    table, rows = read(csv_file(tmp_path, _HEADER + _ROWS + line))
    assert len(rows) == 2
    assert any("签字" in note for note in table.notes)


@pytest.mark.parametrize("word", ["本年累计", "承前页", "上月结转", "月初余额"])
def test_sums_carried_along_a_journal_are_left_out_unchecked(tmp_path: Path, word: str) -> None:
    table, rows = read(csv_file(tmp_path, f"{_HEADER}{_ROWS},{word},,98765.00,\n"))
    assert [number for number, _ in rows] == [2, 3]
    assert table.errors == []
    assert any("结转" in note for note in table.notes)


def test_a_row_without_a_name_but_with_money_is_never_dropped(tmp_path: Path) -> None:
    _, rows = read(csv_file(tmp_path, f"{_HEADER}{_ROWS}3,大浦村,,70,\n审核人：,,,70,\n"))
    assert [number for number, _ in rows] == [2, 3, 4, 5]


def test_lines_numbered_in_advance_are_blank(tmp_path: Path) -> None:
    assert len(read(csv_file(tmp_path, f"{_HEADER}{_ROWS}3,,,,\n4,,,,\n"))[1]) == 2


def test_the_templates_example_is_left_out_only_untouched(tmp_path: Path) -> None:
    header = "补贴项目编码,村代码,姓名,补贴数量,补贴金额,所属期,发放日期,发放类型\n"
    example = "GD-2026,大浦村,张三,6.2,1260,2026,2026-06-30,正常\n"
    table, rows = read(csv_file(tmp_path, header + example + example.replace("张三", "李四")))
    assert [number for number, _ in rows] == [3]
    assert "示例" in table.notes[0]


def test_identical_rows_are_all_kept(tmp_path: Path) -> None:
    assert len(read(csv_file(tmp_path, _HEADER + "1,大浦村,张三,5,\n" * 4))[1]) == 4


def test_errors_show_no_identity_and_no_account(tmp_path: Path) -> None:
    table, _ = read(csv_file(tmp_path, "姓名,补贴金额,身份证号,银行账号\n张三,5,,\n"))
    name, amount, identity, account = (one.column for one in table.headers if one)
    assert table.error(2, identity, IDENTITY, "错").value == "****002X"
    assert table.error(2, account, "6228480000001234", "错").value == "****1234"
    assert table.error(2, identity, "张三", "错").value == "**"
    assert table.error(2, name, f"张三{IDENTITY}", "错").value == "张三****002X"
    shown = table.error(2, amount, "长" * 100, "错")
    assert len(shown.value) == 40
    assert shown == RowError("", 2, "补贴金额", "长" * 39 + "…", "错")
