"""QR codes: for paper (SVG), for screens (PNG) and for the terminal; level Q, quiet zone of four.

Level Q stands a quarter of the modules lost to tape, rain or a drawing pin. Nothing is put in the
middle of the code. Upper-case addresses fall into the alphanumeric mode, which keeps modules large.
"""

from __future__ import annotations

import io
from itertools import groupby
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from PIL import Image
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode

QUIET_ZONE = 4
_BLACK_ON_WHITE, _RESET = "\x1b[30;47m", "\x1b[0m"


def address(site_url: str, slug: str) -> str:
    """Return what a code holds: `HTTPS://HOST/C/SLUG`.

    Scheme, host and our own path are the same in upper case; a path that the site lies under may
    not be, so it stays as it is.
    """
    parts = urlsplit(site_url)
    return f"{parts.scheme.upper()}://{parts.netloc.upper()}{parts.path.rstrip('/')}/C/{slug}"


def in_clear(address: str) -> str:
    """Return an address as people copy it from paper: without the scheme."""
    return address.partition("://")[2]


def modules(text: str) -> list[list[bool]]:
    """Return the square of modules (True is dark) with its quiet zone."""
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def qr_svg(text: str, *, label: str = "二维码") -> str:
    """Return an SVG picture of one path: runs of dark modules, so that no seams show in print."""
    square = modules(text)
    runs = []
    for y, row in enumerate(square):
        x = 0
        for dark, group in groupby(row):
            width = len(list(group))
            if dark:
                runs.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    size = len(square)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img"'
        f' aria-label={quoteattr(label)} shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{"".join(runs)}"/></svg>'
    )


def qr_png(text: str, *, scale: int = 8) -> bytes:
    """Return a black and white PNG with `scale` pixels to a module."""
    square = modules(text)
    picture = Image.new("1", (len(square), len(square)), 1)
    picture.putdata([0 if dark else 1 for row in square for dark in row])
    stream = io.BytesIO()
    side = len(square) * scale
    picture.resize((side, side), Image.Resampling.NEAREST).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def terminal(text: str) -> str:
    """Return lines of half blocks that a phone reads from a terminal, dark or light."""
    square = modules(text)
    if len(square) % 2:
        square.append([False] * len(square))
    halves = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    return "\n".join(
        _BLACK_ON_WHITE + "".join(halves[pair] for pair in zip(upper, lower, strict=True)) + _RESET
        for upper, lower in zip(square[::2], square[1::2], strict=True)
    )
