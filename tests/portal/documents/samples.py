"""Files made for the tests: photographs, scans, and what only looks like them."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from PIL import Image, ImageDraw

CANARY = "KANARIE28.2345GPS"
COUNTY = "360902"


@cache
def receipt(width: int = 900, height: int = 1200, shade: int = 20) -> Image.Image:
    """Return a picture with dark lines of text on light paper."""
    image = Image.new("RGB", (width, height), (248, 244, 236))
    draw = ImageDraw.Draw(image)
    for line, top in enumerate(range(40, height - 40, 48)):
        draw.text((40, top), f"{line:02d} PAID 697.50 {line * 7919}", fill=(shade,) * 3, font_size=26)
    draw.rectangle(
        (width // 2, height // 2, width // 2 + 200, height // 2 + 60), outline=(190, 20, 20), width=5
    )
    return image


def saved(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """Return an image as a file."""
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def photo(shade: int = 20, **options: Any) -> bytes:
    """Return a receipt as a JPEG; another shade makes other bytes."""
    return saved(receipt(shade=shade), quality=85, **options)


def pdf(*pages: Image.Image) -> bytes:
    """Return images as a PDF, one a page."""
    first, *others = pages
    return saved(first, "PDF", save_all=True, append_images=others, resolution=100)


def drawn_pdf(content: bytes = b"", box: str = "0 0 595 842", more: str = "") -> bytes:
    """Return a PDF of one page written by hand, with what it draws and further entries of its catalogue."""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {more} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    return raw_pdf(objects)


def raw_pdf(objects: list[bytes]) -> bytes:
    """Return a PDF of numbered objects, the first being its catalogue."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
