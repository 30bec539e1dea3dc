"""Draws invented invoices, receipts, work sheets and bank slips as a phone photographs them (pure).

The same sheet always gives the same bytes. A person's signature is drawn from the name alone, so it looks the
same on every sheet; `hand` names who really wrote it.
"""

from __future__ import annotations

import io
import math
import time
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Literal

from PIL import Image, ImageChops, ImageDraw, ImageFont
from PIL.ExifTags import IFD

from portal.codes.glyphs import FONTS

Look = Literal["invoice", "receipt", "detail", "slip"]
_SIZE = (720, 960)
_PAPER, _MARGIN = (640, 880), 36
_INK = {"invoice": (122, 66, 40), "receipt": (168, 32, 44), "detail": (46, 46, 52), "slip": (28, 66, 128)}
_TINT = {
    "invoice": (252, 250, 242),
    "receipt": (250, 241, 236),
    "detail": (250, 250, 247),
    "slip": (240, 246, 250),
}
_WRITING, _SEAL = (26, 34, 92), (200, 36, 40)
_DESKS = ((112, 84, 60), (86, 90, 92), (138, 116, 88), (70, 72, 66))
_GPS = {1: "N", 2: (27.0, 52.0, 30.0), 3: "E", 4: (114.0, 17.0, 12.0)}
_MADE = time.struct_time((2026, 1, 1, 0, 0, 0, 3, 1, 0))


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What stands on one sheet of paper.

    `facts` are label and value; `table` begins with its headers; `signed` are label and the hand that wrote
    the signature; `seal` is the text of the round red seal. With `located` the photograph says where it was
    taken, as phones do.
    """

    look: Look
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    total: str = ""
    signed: tuple[tuple[str, str], ...] = ()
    seal: str = ""
    located: bool = False


def photograph(sheet: Sheet, *, form: Literal["JPEG", "PNG"] = "JPEG") -> bytes:
    """Return a sheet as the bytes of a photograph, or (PNG) of a plain scan."""
    chance = Random(repr(sheet))  # noqa: S311 # the same every time is the purpose
    picture = _drawn(sheet, chance)
    stream = io.BytesIO()
    if form == "PNG":
        picture.quantize(32).save(stream, "PNG")
        return stream.getvalue()
    exif = Image.Exif()
    exif[0x0110] = "DEMO-PHONE"
    if sheet.located:
        exif.get_ifd(IFD.GPSInfo).update(_GPS)
    _on_desk(picture, chance).save(stream, "JPEG", quality=72, exif=exif)
    return stream.getvalue()


def scanned(sheets: tuple[Sheet, ...]) -> bytes:
    """Return sheets as the pages of one PDF."""
    pages = [_drawn(sheet, Random(repr(sheet))) for sheet in sheets]  # noqa: S311
    stream = io.BytesIO()
    pages[0].save(
        stream,
        "PDF",
        save_all=True,
        append_images=pages[1:],
        resolution=96,
        creationDate=_MADE,
        modDate=_MADE,
    )
    return stream.getvalue()


@lru_cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"NotoSansSC-{'Bold' if bold else 'Regular'}.ttf", size)


def _drawn(sheet: Sheet, chance: Random) -> Image.Image:
    """Return the sheet itself, straight and clean."""
    paper = Image.new("RGB", _PAPER, _TINT[sheet.look])
    pen = ImageDraw.Draw(paper)
    ink, width = _INK[sheet.look], _PAPER[0]
    pen.text((width // 2, 44), sheet.title, ink, _font(34, bold=True), anchor="ma")
    pen.line((width // 2 - 170, 96, width // 2 + 170, 96), ink, 2)
    y = 122
    for label, value in sheet.facts:
        pen.text((_MARGIN, y), label, ink, _font(21))
        pen.text((_MARGIN + 150, y), value, (40, 40, 44), _font(22))
        y += 40
    if sheet.table:
        y = _table(pen, sheet.table, y + 8, ink)
    if sheet.total:
        pen.text((_MARGIN, y + 14), sheet.total, (40, 40, 44), _font(24, bold=True))
        y += 60
    _sign(paper, pen, sheet, max(y + 24, 620), ink)
    if sheet.seal:
        _stamp(
            paper,
            sheet.seal,
            (width - 210 + chance.randrange(-20, 20), 640 + chance.randrange(0, 60)),
            chance,
        )
    return paper


def _table(
    pen: ImageDraw.ImageDraw, rows: tuple[tuple[str, ...], ...], top: int, ink: tuple[int, ...]
) -> int:
    """Draw a ruled table and return where it ends."""
    right, height = _PAPER[0] - _MARGIN, 42
    # The first column says what it is for, and is wider than the others.
    step = (right - _MARGIN) / (len(rows[0]) + 0.6)
    edges = [_MARGIN, *(right - step * place for place in reversed(range(len(rows[0]))))]
    for number, row in enumerate(rows):
        y = top + number * height
        pen.line((_MARGIN, y, right, y), ink, 1)
        for place, text in enumerate(row):
            middle = (edges[place] + edges[place + 1]) / 2
            pen.text((middle, y + 8), text, (40, 40, 44), _font(19), anchor="ma")
    bottom = top + len(rows) * height
    pen.line((_MARGIN, bottom, right, bottom), ink, 1)
    for edge in edges:
        pen.line((edge, top, edge, bottom), ink, 1)
    return bottom


def _sign(paper: Image.Image, pen: ImageDraw.ImageDraw, sheet: Sheet, top: int, ink: tuple[int, ...]) -> None:
    for number, (label, hand) in enumerate(sheet.signed):
        x, y = _MARGIN + number % 2 * 290, top + number // 2 * 96
        pen.text((x, y + 24), label, ink, _font(21))
        _write(paper, hand, (x + 96, y - 4))


def _write(paper: Image.Image, hand: str, at: tuple[int, int]) -> None:
    """Write a signature: strokes that follow from the writer alone."""
    signature = _signature(hand)
    paper.paste(Image.new("RGB", signature.size, _WRITING), at, signature)


@lru_cache(256)
def _signature(hand: str) -> Image.Image:
    """Return a writer's signature as a mask: two or three characters of a few curved strokes each."""
    chance = Random(f"signature/{hand}")  # noqa: S311
    big = Image.new("L", (360, 168), 0)
    pen = ImageDraw.Draw(big)
    slant, size, thick = chance.uniform(-0.35, 0.35), chance.uniform(0.75, 1.1), chance.randrange(4, 8)
    rise = chance.uniform(-0.14, 0.14)
    for letter in range(chance.choice((2, 3, 3))):
        left, middle = 14 + letter * 108 * size, 84 - rise * letter * 110
        for _ in range(chance.randrange(3, 6)):
            points = [
                (left + chance.uniform(0, 100) * size, middle + chance.uniform(-66, 66) * size)
                for _ in range(4)
            ]
            pen.line([(x - slant * (y - 84), y) for x, y in _curve(points)], 255, thick, joint="curve")
    if chance.random() < 0.5:
        tail = [(20, 140), (120, 160 - chance.uniform(0, 40)), (240, 130), (340, 120 - chance.uniform(0, 60))]
        pen.line(list(_curve([(float(x), float(y)) for x, y in tail])), 255, thick - 2, joint="curve")
    return big.resize((180, 84), Image.Resampling.BILINEAR)


def _curve(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return points on a cubic Bézier curve."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    found = []
    for number in range(15):
        t = number / 14
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        found.append((a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy))
    return found


def _stamp(paper: Image.Image, text: str, at: tuple[int, int], chance: Random) -> None:
    """Press a round seal, turned a little and not inked evenly."""
    seal = _seal(text).rotate(chance.uniform(-18, 18), Image.Resampling.BILINEAR)
    worn = _grain(chance, seal.size, 96)
    mask = ImageChops.multiply(seal, worn)
    paper.paste(Image.new("RGB", seal.size, _SEAL), at, mask)


@lru_cache(64)
def _seal(text: str) -> Image.Image:
    """Return a seal as a mask: ring, star, and the text along the upper arc."""
    mask = Image.new("L", (180, 180), 0)
    pen = ImageDraw.Draw(mask)
    pen.ellipse((4, 4, 175, 175), outline=255, width=5)
    points = [
        (90 + radius * math.sin(math.pi * at / 5), 92 - radius * math.cos(math.pi * at / 5))
        for at, radius in enumerate([26, 10.5] * 5)
    ]
    pen.polygon(points, fill=255)
    step = min(27.0, 270 / max(len(text) - 1, 1))
    for number, letter in enumerate(text):
        angle = (number - (len(text) - 1) / 2) * step
        glyph = Image.new("L", (30, 30), 0)
        ImageDraw.Draw(glyph).text((15, 15), letter, 255, _font(20, bold=True), anchor="mm")
        turned = glyph.rotate(-angle, Image.Resampling.BILINEAR)
        x = 90 + 66 * math.sin(math.radians(angle)) - 15
        y = 90 - 66 * math.cos(math.radians(angle)) - 15
        mask.paste(255, (round(x), round(y)), turned)
    return mask


def _grain(chance: Random, size: tuple[int, int], least: int, *, coarse: int = 3) -> Image.Image:
    """Return noise between `least` and 255 in spots of so many pixels."""
    small = (max(size[0] // coarse, 1), max(size[1] // coarse, 1))
    noise = Image.frombytes("L", small, chance.randbytes(small[0] * small[1]))
    span = 255 - least
    table = [least + value * span // 255 for value in range(256)]
    return noise.point(table).resize(size, Image.Resampling.BILINEAR)


def _on_desk(paper: Image.Image, chance: Random) -> Image.Image:
    """Return a photograph of the sheet: it lies a little askew, in uneven light."""
    wood = chance.choice(_DESKS)
    desk = Image.new("RGB", _SIZE, wood)
    # Filled with the desk's colour: a mask would have to be turned as well, which costs as much again.
    turned = paper.rotate(chance.uniform(-2.2, 2.2), Image.Resampling.BILINEAR, expand=True, fillcolor=wood)
    left, top = (_SIZE[0] - turned.width) // 2, (_SIZE[1] - turned.height) // 2
    desk.paste(turned, (left + chance.randrange(-8, 9), top + chance.randrange(-8, 9)))
    small = (_SIZE[0] // 3, _SIZE[1] // 3)
    light = Image.linear_gradient("L").rotate(chance.choice((0, 90, 180, 270))).resize(small)
    dim = light.point([214 + value * 41 // 255 for value in range(256)])
    shade = ImageChops.multiply(dim, _grain(chance, small, 236, coarse=1)).resize(
        _SIZE, Image.Resampling.BILINEAR
    )
    return ImageChops.multiply(desk, Image.merge("RGB", (shade, shade, shade)))
