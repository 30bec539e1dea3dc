"""Posters: one page, readable by a phone, nothing lost and nothing executed."""

from __future__ import annotations

from datetime import date

import pypdfium2
import pytest
import zxingcpp

from portal.codes import glyphs
from portal.codes.poster import Imprint, Poster, PosterError, lines_of, render

ADDRESS = "HTTPS://MA.EXAMPLE.CN/C/7K4M92X"
NAMES = [
    "大浦村",
    "塅垴㟓瓈村",
    "下浦街道社区居民",
    "高新技术产业园区管理委员会社区居委会",
    "实际种粮农民一次性补贴资金" * 4,
    '#panic("x")',
]


def poster(name: str = "大浦村", *, place: str = "袁州区彬江镇", address: str = ADDRESS) -> Poster:
    return Poster(name=name, place=place, call="扫一扫，看村里的账", address=address)


def imprint(*, is_example: bool = True, hotline: str = "12388") -> Imprint:
    return Imprint(
        site="宜春“码”上监督",
        hotline=hotline,
        printed_on=date(2026, 11, 23),
        is_example=is_example,
    )


def pages_of(pdf: bytes) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(pdf)


def words_of(pdf: bytes) -> str:
    page = pages_of(pdf)[0].get_textpage()
    return str(page.get_text_bounded()).replace("\r\n", "")


def decoded(pdf: bytes, *, dots_an_inch: int, page: int = 0) -> list[str]:
    picture = pages_of(pdf)[page].render(scale=dots_an_inch / 72).to_pil()
    return [found.text for found in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("name", NAMES)
def test_a_poster_is_one_page_whose_code_is_read_at_a_glance(name: str) -> None:
    pdf = render([poster(name)], imprint())

    assert len(pages_of(pdf)) == 1
    # 18 dots an inch: the whole sheet is 149 pixels wide, as a phone sees it from across a room.
    assert decoded(pdf, dots_an_inch=18) == [ADDRESS]


@pytest.mark.parametrize("name", NAMES)
def test_a_poster_shows_its_name_whatever_the_characters(name: str) -> None:
    assert name in words_of(render([poster(name)], imprint()))


def test_a_poster_says_place_address_telephone_and_day() -> None:
    words = words_of(render([poster()], imprint(hotline="0795-1234567")))

    for expected in (
        "袁州区彬江镇",
        "扫一扫，看村里的账",
        "MA.EXAMPLE.CN/C/7K4M92X",
        "0795-1234567",
        "2026年11月23日印",
    ):
        assert expected in words


def test_only_a_poster_with_invented_data_forbids_hanging_it() -> None:
    assert "示例数据，请勿张贴" in words_of(render([poster()], imprint()))
    assert "示例" not in words_of(render([poster()], imprint(is_example=False)))


def test_the_modules_of_the_code_measure_sixty_millimetres_together() -> None:
    dots = 200
    picture = pages_of(render([poster()], imprint()))[0].render(scale=dots / 72).to_pil()

    corners = zxingcpp.read_barcodes(picture)[0].position
    width = (corners.top_right.x - corners.top_left.x) / dots * 25.4

    assert width >= 60


def test_the_name_stands_at_least_an_inch_high_where_it_fits() -> None:
    page = pages_of(render([poster("大浦村")], imprint()))[0].get_textpage()
    start = str(page.get_text_range()).index("大浦村")

    left, _, right, _ = page.get_charbox(start, loose=True)

    assert right - left >= 72


def test_a_batch_has_a_page_for_each_code() -> None:
    addresses = [f"HTTPS://MA.EXAMPLE.CN/C/7K4M92{digit}" for digit in "XYZ"]

    pdf = render([poster(address=address) for address in addresses], imprint())

    assert len(pages_of(pdf)) == 3
    assert [decoded(pdf, dots_an_inch=36, page=i)[0] for i in range(3)] == addresses


def test_a_sheet_that_would_run_over_is_refused() -> None:
    with pytest.raises(PosterError, match="overflow"):
        render([poster(place="袁州区彬江镇" * 60)], imprint())


@pytest.mark.parametrize("field", ["name", "place"])
def test_a_character_the_font_lacks_is_refused(field: str) -> None:
    words = {"name": "大浦村", "place": "袁州区", "call": "扫一扫", "address": ADDRESS}

    with pytest.raises(glyphs.MissingGlyphError, match="U\\+30EDE"):
        Poster(**(words | {field: "𰻞"}))


def test_the_same_words_give_the_same_bytes() -> None:
    assert render([poster()], imprint()) == render([poster()], imprint())


@pytest.mark.parametrize(("length", "lines"), [(1, 1), (7, 1), (8, 2), (24, 2), (25, 3), (60, 3)])
def test_a_name_is_split_into_lines_of_about_equal_length(length: int, lines: int) -> None:
    split = lines_of("村" * length)

    assert len(split) == lines
    assert "".join(split) == "村" * length
    assert max(map(len, split)) - min(map(len, split)) < lines
