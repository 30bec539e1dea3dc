"""Photographs through the real child: what is kept of them, and what is not."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pillow_heif
import pytest
from PIL import Image, ImageStat
from PIL.PngImagePlugin import PngInfo

from tests.portal.documents.cleaned import clean, every_byte, refused, shown
from tests.portal.documents.samples import CANARY, photo, receipt, saved

XMP = f"<x:xmpmeta>{CANARY}</x:xmpmeta>".encode()


def _mean(image: Image.Image) -> float:
    return ImageStat.Stat(image.convert("L")).mean[0]


def _exif(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, CANARY
    exif.get_ifd(0x8825)[1] = CANARY
    return exif.tobytes()


def _heic(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    made = pillow_heif.from_pillow(image)
    made.save(stream, exif=_exif(), xmp=XMP)
    return stream.getvalue()


def _png() -> bytes:
    notes = PngInfo()
    notes.add_text("Comment", CANARY)
    notes.add_itxt("XML:com.adobe.xmp", CANARY)
    notes.add_text("note", CANARY * 10, zip=True)
    return saved(receipt(), "PNG", pnginfo=notes, exif=_exif(), icc_profile=CANARY.encode())


def _jpeg() -> bytes:
    return photo(exif=_exif(), xmp=XMP, comment=CANARY, icc_profile=CANARY.encode())


def _webp() -> bytes:
    return saved(receipt(), "WEBP", exif=_exif(), xmp=XMP, icc_profile=CANARY.encode())


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (_jpeg(), "image/jpeg"),
        (_png(), "image/png"),
        (_webp(), "image/webp"),
        (_heic(receipt()), "image/heic"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_only_pixels_survive(data: bytes, media_type: str) -> None:
    assert CANARY.encode() in data
    made = clean(data)
    assert made.media_type == media_type
    stored = every_byte(made)
    for trace in (CANARY.encode(), CANARY.encode("utf-16-le"), b"Exif", b"xmp", b"ICCP", b"EXIF", b"VP8X"):
        assert trace not in stored


def test_what_hangs_behind_or_inside_a_picture_is_gone() -> None:
    tail = b"PK\x03\x04<html><script>" + CANARY.encode() + b"%PDF-1.7"
    data = photo(comment=b"%PDF-1.4 " + tail) + tail
    made = clean(data)
    assert made.media_type == "image/jpeg"
    assert CANARY.encode() not in every_byte(made)


def test_a_receipt_keeps_within_its_bytes() -> None:
    (page,) = clean(saved(receipt(3000, 4000), quality=85)).pages
    assert (page.full.width, page.full.height) == (1280, 1707)
    assert len(page.full.data) <= 150_000
    assert page.preview.width == 480
    assert len(page.preview.data) <= 16_000
    assert (page.thumb.width, page.thumb.height) == (96, 128)
    assert len(page.thumb.data) <= 1_600


def test_a_small_picture_is_not_blown_up() -> None:
    (page,) = clean(saved(receipt(300, 400))).pages
    assert (page.full.width, page.preview.width) == (300, 300)


def _noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))


def test_a_noisy_page_is_stepped_down_and_kept() -> None:
    (page,) = clean(saved(_noise(1000, 1400), quality=95)).pages
    assert page.full.width == 800
    assert len(page.full.data) > 150_000
    assert len(page.thumb.data) <= 3_000
    assert len(page.preview.data) <= 16_000


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_upright(form: str) -> None:
    lying = Image.new("RGB", (800, 400), "white")
    lying.paste("black", (0, 0, 200, 400))  # its left is the top after turning
    seen = shown(saved(lying, form, exif=_exif(orientation=6)))
    assert seen.size == (400, 800)
    assert _mean(seen.crop((0, 0, 400, 180))) < 20 < 235 < _mean(seen.crop((0, 220, 400, 800)))


def test_what_shows_through_becomes_white() -> None:
    clear = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    assert _mean(shown(saved(clear, "PNG"))) > 250
    assert _mean(shown(saved(clear.quantize(), "PNG"))) > 250
    assert _mean(shown(saved(clear.convert("LA"), "PNG"))) > 250


@pytest.mark.parametrize("mode", ["I;16", "L", "1", "P", "CMYK"])
def test_every_kind_of_pixel_keeps_its_brightness(mode: str) -> None:
    grey = Image.new("L", (400, 400), 255 if mode == "1" else 188)
    image = Image.new("I;16", grey.size, 188 * 257) if mode == "I;16" else grey.convert("RGB").convert(mode)
    seen = shown(saved(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert abs(_mean(seen) - _mean(grey)) < 2


def test_a_large_transparent_scan_fits_into_the_childs_memory() -> None:
    assert (
        shown(saved(Image.new("RGBA", (7000, 7000), (9, 9, 9, 255)), "PNG", compress_level=1)).width == 1280
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png_header(width: int, height: int, *chunks: bytes) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + b"".join(chunks)
        + _chunk(b"IDAT", zlib.compress(b""))
        + _chunk(b"IEND", b"")
    )


def _lying_jpeg() -> bytes:
    """Return a JPEG whose header promises more rows than its data hold."""
    data = bytearray(saved(_noise(400, 300), quality=80))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 7] = (1200).to_bytes(2, "big")
    return bytes(data)


def _moving(form: str) -> bytes:
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue", "green")]
    return saved(frames[0], form, save_all=True, append_images=frames[1:], duration=100)


BOMB = zlib.compress(bytes(90_000_000), 9)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空的"),
        (b"\x00" * 500, "空的"),
        (b"just words", "认不出"),
        (saved(receipt(200, 200), "GIF"), "GIF"),
        (saved(receipt(200, 200), "TIFF"), "TIFF"),
        (saved(receipt(200, 200), "BMP"), "BMP"),
        (saved(receipt(200, 200), "AVIF"), "AVIF"),
        (b"<?xml version='1.0'?><svg xmlns='x'><script>1</script></svg>", "SVG"),
        (b"<!DOCTYPE html><html></html>", "网页"),
        (b"PK\x03\x04" + b"[Content_Types].xml word/document.xml", "Word"),
        (b"PK\x03\x04" + b"OFD.xml", "OFD"),
        (b"PK\x03\x04" + b"001.jpg", "压缩包"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "Word"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "视频"),
        (photo()[:20_000], "坏了"),
        (saved(receipt(), "PNG")[:8_000], "坏了"),
        (_heic(receipt())[:4_000], "坏了"),
        (b"\xff\xd8\xff" + bytes(300), "坏了"),
        (b"\x89PNG\r\n\x1a\n", "坏了"),
        (_png_header(30_000, 30_000), "太大"),
        (_png_header(500, 500, _chunk(b"zTXt", b"a\x00\x00" + BOMB)), "坏了"),
        (_png_header(500, 500, _chunk(b"iCCP", b"a\x00\x00" + BOMB)), "坏了"),
        (saved(Image.new("RGB", (60, 6000))), "太长"),
        (saved(Image.new("RGB", (20, 20))), "太小"),
        (_lying_jpeg(), "灰"),
        (_moving("WEBP"), "好几张"),
        (_moving("PNG"), "好几张"),
    ],
)
def test_a_bad_file_is_refused_in_plain_words(data: bytes, says: str) -> None:
    sentence = refused(data)
    assert says in sentence
    assert sentence.endswith("。")
    assert "请" in sentence


def test_a_phones_jpeg_with_further_pictures_behind_it_is_its_first_picture() -> None:
    several = saved(receipt(), "MPO", save_all=True, append_images=[Image.new("RGB", (900, 1200), "red")])
    assert _mean(shown(several)) > 200
