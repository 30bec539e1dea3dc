from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from portal.imports.reading.errors import FileError
from portal.imports.reading.tables import open_table
from tests.portal.imports.reading.awkward import COLUMNS, csv_file, read

_TEXT = "姓名,补贴金额\n张三,12.5\n\U00030edd田𠮷,7\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_each_encoding_is_detected(tmp_path: Path, encoding: str) -> None:
    table, rows = read(csv_file(tmp_path, _TEXT, encoding))
    assert rows == [(2, ["张三", "12.5"]), (3, ["\U00030edd田𠮷", "7"])]
    assert table.sheet == ""


def test_encoding_is_judged_on_the_whole_file(tmp_path: Path) -> None:
    text = "姓名,补贴金额\n".encode() + b"a,1\n" * 600_000  # more than one chunk
    path = tmp_path / "x.csv"
    path.write_bytes(text + "李四,2\n".encode("gb18030") + b"\xff\n")
    with pytest.raises(FileError, match="第 600003 行"):
        open_table(path, COLUMNS)


def test_a_damaged_utf8_file_names_the_line_and_is_not_taken_for_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("姓名,补贴金额\n张三李四王五,1\n赵六,2\n".encode() + b"\xe5\xbc,3\n")
    with pytest.raises(FileError, match="第 4 行有损坏的字符"):
        open_table(path, COLUMNS)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空的"),
        (b"\n\n , \n", "没有内容"),
        ("姓名,补贴金额".encode("utf-16"), "Unicode"),
        ("姓名,补贴金额\n张\0三,1\n".encode(), "空字节"),
        ("姓名,补贴金额\n".encode() + b'"' + b"x" * 200_000, "引号"),
        (b"\xff\xff\xff", "既不是 UTF-8"),
    ],
)
def test_other_files_are_refused_in_one_sentence(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(FileError, match=word) as caught:
        list(open_table(path, COLUMNS).rows)
    assert "\n" not in str(caught.value)


def test_quoted_commas_and_line_breaks_stay_in_their_cell(tmp_path: Path) -> None:
    path = csv_file(tmp_path, '姓名,补贴金额,发放类型\r\n"张,三","1,234.50"," 正常\n"\r\n\r\n李四,5,正常\r\n')
    assert read(path)[1] == [(2, ["张,三", "1,234.50", "正常"]), (4, ["李四", "5", "正常"])]


def test_a_row_with_more_cells_than_headers_is_an_error(tmp_path: Path) -> None:
    table, rows = read(csv_file(tmp_path, "姓名,补贴金额\n张三,1,234\n李四,5,,\n王五\n"))
    assert rows == [(3, ["李四", "5"]), (4, ["王五", ""])]
    assert [(error.row, error.message[:6]) for error in table.errors] == [(2, "这一行的格数")]


def test_memory_stays_flat(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("w", encoding="gb18030") as stream:
        stream.write("姓名,补贴金额\n")
        stream.writelines(f"张三丰,{number}.00\n" for number in range(1, 100_001))
    tracemalloc.start()
    count = sum(1 for _ in open_table(path, COLUMNS).rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 12 * 1024**2
