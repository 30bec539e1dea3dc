"""QR codes: what they hold and whether a reader reads it."""

from __future__ import annotations

import io
import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from portal.codes import qr

ADDRESS = "HTTPS://MA.EXAMPLE.CN/C/7K4M92X"


def read(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize(
    ("site", "address"),
    [
        ("https://ma.example.cn", "HTTPS://MA.EXAMPLE.CN/C/7K4M92X"),
        ("http://127.0.0.1:8000", "HTTP://127.0.0.1:8000/C/7K4M92X"),
        ("https://ma.example.cn/", "HTTPS://MA.EXAMPLE.CN/C/7K4M92X"),
        ("https://example.cn/yichun", "HTTPS://EXAMPLE.CN/yichun/C/7K4M92X"),
    ],
)
def test_an_address_is_upper_case_except_for_a_path_that_is_not_ours(site: str, address: str) -> None:
    assert qr.address(site, "7K4M92X") == address


def test_the_address_in_clear_has_no_scheme() -> None:
    assert qr.in_clear(ADDRESS) == "MA.EXAMPLE.CN/C/7K4M92X"


def test_capitals_keep_the_modules_large() -> None:
    long = "HTTPS://GONGKAI.YUANZHOU.EXAMPLE.CN/C/7K4M92X"

    assert len(qr.modules(long)) < len(qr.modules(long.lower()))


def test_four_modules_around_the_code_stay_white() -> None:
    square = qr.modules(ADDRESS)
    quiet = [*square[:4], *square[-4:], *([*row[:4], *row[-4:]] for row in square)]

    assert len(square) == 29 + 2 * 4
    assert not any(any(row) for row in quiet)


def test_a_reader_reads_the_png() -> None:
    assert read(Image.open(io.BytesIO(qr.qr_png(ADDRESS, scale=4)))) == [ADDRESS]


def test_the_svg_holds_the_same_modules_as_the_png() -> None:
    size = len(qr.modules(ADDRESS))
    drawn = Image.new("1", (size, size), 1)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", qr.qr_svg(ADDRESS)):
        ImageDraw.Draw(drawn).line([int(x), int(y), int(x) + int(width) - 1, int(y)], fill=0)

    png = Image.open(io.BytesIO(qr.qr_png(ADDRESS, scale=1)))

    assert drawn.tobytes() == png.convert("1").tobytes()


def test_the_label_of_an_svg_cannot_break_out() -> None:
    assert "aria-label='\"&gt;&lt;b&gt;'" in qr.qr_svg(ADDRESS, label='"><b>')


def test_a_code_survives_a_drawing_pin_through_its_middle() -> None:
    picture = Image.open(io.BytesIO(qr.qr_png(ADDRESS, scale=8))).convert("L")
    middle = picture.width // 2
    ImageDraw.Draw(picture).ellipse([middle - 30, middle - 30, middle + 30, middle + 30], fill=255)

    assert read(picture) == [ADDRESS]


def test_a_reader_reads_the_terminal() -> None:
    lines = re.sub(r"\x1b\[[0-9;]*m", "", qr.terminal(ADDRESS)).split("\n")
    picture = Image.new("L", (len(lines[0]), len(lines) * 2), 255)
    for y, line in enumerate(lines):
        for x, block in enumerate(line):
            picture.putpixel((x, 2 * y), 0 if block in "▀█" else 255)
            picture.putpixel((x, 2 * y + 1), 0 if block in "▄█" else 255)

    assert read(picture.resize((picture.width * 4, picture.height * 4), 0)) == [ADDRESS]
