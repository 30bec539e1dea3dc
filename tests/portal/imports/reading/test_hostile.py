from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from portal.imports.reading.errors import FileError
from portal.imports.reading.raw import Limits
from portal.imports.reading.tables import open_table
from tests.portal.imports.reading.awkward import COLUMNS, HEADER, raw_xlsx, read, sheet_xml

_ROW = '<row r="2"><c r="A2" t="str"><v>张三</v></c><c r="B2"><v>5</v></c></row>'


def _refused(path: Path, word: str, limits: Limits | None = None) -> None:
    with pytest.raises(FileError, match=word) as caught:
        list(open_table(path, COLUMNS, limits=limits or Limits()).rows)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 120


def test_a_stray_cell_at_the_far_corner_is_named(tmp_path: Path) -> None:
    stray = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    _refused(raw_xlsx(tmp_path / "x.xlsx", sheet_xml(HEADER + _ROW + stray)), "XFD1048576")


def test_an_empty_formatted_cell_at_the_far_corner_is_nothing(tmp_path: Path) -> None:
    stray = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert len(read(raw_xlsx(tmp_path / "x.xlsx", sheet_xml(HEADER + _ROW + stray)))[1]) == 1


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="3"><c r="B3"><v>1</v></c><c r="A3"><v>1</v></c></row>',
        '<row r="3"><c r="AAAA3"><v>1</v></c></row>',
        '<row r="3"><c r="É3"><v>1</v></c></row>',
        '<row r="3"><c r="A3" t="s"><v>99</v></c></row>',
        '<row r="3"><c r="A3" t="s"><v>x</v></c></row>',
        '<row r="3"><c r="A3">',
    ],
)
def test_impossible_cells_are_damage(tmp_path: Path, rows: str) -> None:
    _refused(raw_xlsx(tmp_path / "x.xlsx", sheet_xml(HEADER + _ROW + rows)), "已损坏")


def test_a_zip_bomb_is_refused_quickly_and_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    raw_xlsx(path, sheet_xml(HEADER + _ROW).replace("</sheetData>", " " * 300_000_000 + "</sheetData>"))
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    start = time.monotonic()
    _refused(path, "太大")
    assert time.monotonic() - start < 5
    assert tracemalloc.get_traced_memory()[1] < 20 * 1024**2
    tracemalloc.stop()


def test_a_directory_that_lies_about_sizes_does_not_help(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    big = sheet_xml(HEADER + _ROW, after=" " * 5_000_000).encode()
    raw_xlsx(path, big)
    data = path.read_bytes()
    lie = data.replace(struct.pack("<I", len(big)), struct.pack("<I", 1000))
    assert lie != data
    path.write_bytes(lie)
    with pytest.raises(FileError):
        list(open_table(path, COLUMNS, limits=Limits(inflated=1_000_000)).rows)


def test_limits_count_what_is_really_inflated(tmp_path: Path) -> None:
    path = raw_xlsx(tmp_path / "x.xlsx", sheet_xml(HEADER + _ROW, after=" " * 5_000_000))
    _refused(path, "太大", Limits(inflated=1_000_000))
    _refused(path, "太大", Limits(ratio=50, ratio_from=1_000_000))
    _refused(path, "MB", Limits(packed=100))


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        "<!DOCTYPE worksheet>",
    ],
)
def test_document_types_are_refused_in_every_part(tmp_path: Path, declared: str) -> None:
    _refused(raw_xlsx(tmp_path / "x.xlsx", sheet_xml(HEADER, before=declared)), "已损坏")
    _refused(raw_xlsx(tmp_path / "y.xlsx", sheet_xml(HEADER), workbook=f"{declared}<workbook/>"), "已损坏")
    shared = f"{declared}<sst><si><t>a</t></si></sst>"
    _refused(raw_xlsx(tmp_path / "z.xlsx", sheet_xml(HEADER), shared=shared), "已损坏")


def test_every_truncation_is_one_clear_sentence(tmp_path: Path) -> None:
    whole = raw_xlsx(tmp_path / "x.xlsx", sheet_xml(HEADER + _ROW)).read_bytes()
    for length in range(4, len(whole) - 1, 37):
        path = tmp_path / "cut.xlsx"
        path.write_bytes(whole[:length])
        _refused(path, "已损坏")


def test_flipped_bytes_never_escape_as_another_error(tmp_path: Path) -> None:
    whole = bytearray(raw_xlsx(tmp_path / "x.xlsx", sheet_xml(HEADER + _ROW)).read_bytes())
    path = tmp_path / "flipped.xlsx"
    refused = 0
    for place in range(0, len(whole), 5):
        changed = whole.copy()
        changed[place] ^= 0xFF
        path.write_bytes(changed)
        try:
            list(open_table(path, COLUMNS).rows)
        except FileError:
            refused += 1
    assert refused > 50


def _zip_of(**parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return made.getvalue()


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (_OLE, "旧格式的 xls"),
        (_OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"\n <HTML><table><tr><td>1", "网页"),
        ("\ufeff<?xml version='1.0'?><Workbook/>".encode(), "网页或 XML"),
        (b"{\\rtf1", "文字文档"),
        (b"Rar!\x1a\x07", "压缩包"),
        (_zip_of(content_dot_xml="<x/>"), "ods"),
        (_zip_of(xl__workbook_dot_bin="x"), "xlsb"),
        (_zip_of(word__document_dot_xml="x"), "文字文档"),
        (_zip_of(a_dot_csv="x"), "压缩包"),
        (_zip_of(), "压缩包"),
        (_zip_of(xl__workbook_dot_xml="<workbook/>"), "已损坏"),
    ],
)
def test_other_kinds_of_files_are_named_whatever_they_are_called(
    tmp_path: Path, content: bytes, word: str
) -> None:
    for name in ("表.xlsx", "表.csv"):
        (tmp_path / name).write_bytes(content)
        _refused(tmp_path / name, word)


def test_a_workbook_called_csv_is_read_and_the_other_way_round(tmp_path: Path) -> None:
    assert len(read(raw_xlsx(tmp_path / "x.csv", sheet_xml(HEADER + _ROW)))[1]) == 1
    (tmp_path / "y.xlsx").write_text("姓名,补贴金额\n张三,5\n", encoding="utf-8")
    assert len(read(tmp_path / "y.xlsx")[1]) == 1


def test_a_merge_over_the_whole_column_costs_nothing(tmp_path: Path) -> None:
    merges = '<mergeCells><mergeCell ref="D1:D1048576"/><mergeCell ref="A1:XFD1"/></mergeCells>'
    assert len(read(raw_xlsx(tmp_path / "x.xlsx", sheet_xml(HEADER + _ROW, after=merges)))[1]) == 1
    _refused(raw_xlsx(tmp_path / "y.xlsx", sheet_xml(HEADER + _ROW, after=merges)), "太大", Limits(merges=1))
