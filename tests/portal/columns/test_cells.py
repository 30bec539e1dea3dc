# ruff: noqa: RUF001 - full-width signs are what is tested
from __future__ import annotations

import pytest

from portal.columns.cells import Choice, Code, Files, PersonName, Place, Text, YesNo
from portal.columns.column import Cell, CellError

_KIND = Choice({"正常": "normal", "补发": "arrears"})


@pytest.mark.parametrize(
    ("cell", "raw", "value"),
    [
        (Text(), "２０２６ 年", "２０２６ 年"),
        (Code(), "ＧＤ－２０２６", "GD-2026"),
        (Place(), "大浦村 3 组", "大浦村3组"),
        (Place(), "３６０９０２", "360902"),
        (PersonName(), "张　三", "张三"),
        (PersonName(), "阿依古丽·买买提", "阿依古丽·买买提"),
        (PersonName(), "\U00030edd田", "\U00030edd田"),
        (PersonName(), "Anna Maria", "Anna Maria"),
        (_KIND, "补发", "arrears"),
        (_KIND, "补 发", "arrears"),
        (YesNo(), "是", True),
        (YesNo(), "FALSE", False),
        (Files(), "发票1.jpg； 合同.pdf;发票1.jpg;", ("发票1.jpg", "合同.pdf")),
    ],
)
def test_cells_read(cell: Cell, raw: str, value: object) -> None:
    assert cell.parse(raw) == value


@pytest.mark.parametrize(
    ("cell", "raw", "word"),
    [
        (Text(max_length=3), "四个汉字", "最多 3 个字"),
        (Text(), "甲\x00乙", "控制字符"),
        (Text(), "甲\ud800乙", "控制字符"),
        (Text(), "甲\u202e乙", "控制字符"),
        (PersonName(), "李*根", "星号"),
        (PersonName(), "李＊根", "星号"),
        (PersonName(), "张三1", "数字"),
        (PersonName(), "=张三", "数字"),
        (_KIND, "别的", "正常、补发"),
        (_KIND, "normal", "正常、补发"),
        (YesNo(), "有", "是、否"),
        (Files(), "../密.pdf", "只写文件名"),
        (Files(), "a\\b.pdf", "只写文件名"),
    ],
)
def test_cells_refuse(cell: Cell, raw: str, word: str) -> None:
    with pytest.raises(CellError, match=word):
        cell.parse(raw)


def test_commitments_use_nfc() -> None:
    assert Text().canon("e\u0301") == "\u00e9"
    assert PersonName().canon("李树根") == "李树根"
    assert Files().canon(("a.pdf", "e\u0301.pdf")) == "a.pdf;\u00e9.pdf"
    assert (YesNo().canon(True), YesNo().canon(False)) == ("是", "否")
