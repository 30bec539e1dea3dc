from __future__ import annotations

import io
from dataclasses import replace

import pypdfium2
import pytest
from PIL import Image, ImageChops
from PIL.ExifTags import IFD

from portal.demo import vouchers
from portal.demo.vouchers import Look, Sheet, photograph, scanned

_SHEET = Sheet(
    look="invoice",
    title="电子发票（普通发票）",
    facts=(("购买方", "大浦村股份经济合作社"), ("销售方", "便民文具店")),
    table=(("项目", "数量", "金额"), ("打印纸", "1", "480.00")),
    total="合计 ¥480.00",
    signed=(("经手人", "王小平"), ("审批人", "刘建华")),
    seal="便民文具店",
)


def _open(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("look", ["invoice", "receipt", "detail", "slip"])
def test_a_sheet_always_gives_the_same_bytes(look: Look) -> None:
    sheet = replace(_SHEET, look=look)
    assert photograph(sheet) == photograph(sheet)
    assert scanned((sheet, sheet)) == scanned((sheet, sheet))


def test_a_photograph_is_large_enough_to_read_and_small_to_send() -> None:
    data = photograph(_SHEET)
    assert _open(data).size == (720, 960)
    assert len(data) < 120_000


def test_some_photographs_say_where_they_were_taken() -> None:
    place = _open(photograph(replace(_SHEET, located=True))).getexif().get_ifd(IFD.GPSInfo)
    assert place[1] == "N"
    assert not _open(photograph(_SHEET)).getexif().get_ifd(IFD.GPSInfo)


def test_a_scan_is_a_png_and_pages_are_a_pdf() -> None:
    assert _open(photograph(_SHEET, form="PNG")).format == "PNG"
    with pypdfium2.PdfDocument(scanned((_SHEET, replace(_SHEET, title="续")))) as document:
        assert len(document) == 2


def _differ(one: Image.Image, other: Image.Image) -> float:
    """Return how much of the ink of two signatures is not shared."""
    both = ImageChops.lighter(one, other)
    apart = ImageChops.difference(one, other)
    return sum(apart.tobytes()) / sum(both.tobytes())


def test_each_writer_signs_in_one_way() -> None:
    hands = ["王小平", "王小平/2", "刘建华", "张水生"]
    marks = {hand: vouchers._signature(hand) for hand in hands}  # what a reader would compare
    vouchers._signature.cache_clear()
    for hand, mark in marks.items():
        assert vouchers._signature(hand).tobytes() == mark.tobytes()
        assert all(_differ(mark, other) > 0.5 for name, other in marks.items() if name != hand)
