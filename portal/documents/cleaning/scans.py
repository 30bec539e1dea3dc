"""The pages of a PDF as pixels; scripts, attachments and links in it are never looked at."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2
from PIL import Image
from pypdfium2 import raw

from .causes import Cause, CausedError
from .pictures import MOST_RATIO, check_extent

# Drawn wider than it is served: averaging makes small print clearer than drawing it small.
_DRAWN_WIDTH = 1920
# 200 inches, the largest page the format itself allows; one third of an inch.
_MOST_POINTS, _LEAST_POINTS = 14_400, 24
_NEEDS_XFA = 2


def pages(data: bytes, most: int) -> Iterator[Image.Image]:
    """Yield each page drawn on white.

    Raises:
        CausedError: no PDF, locked, a form that only one program can fill, too many or too large pages.
    """
    document = _opened(data)
    count = len(document)
    if not count:
        raise CausedError(Cause.PDF_EMPTY)
    if count > most:
        raise CausedError(Cause.PDF_PAGES, most=most, count=count)
    if document.get_formtype() == _NEEDS_XFA:
        raise CausedError(Cause.PDF_FORM)
    document.init_forms()  # The seal of an electronic invoice is a signature field; no script runs.
    for index in range(count):
        yield _drawn(document, index)


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(error)
        raise CausedError(Cause.PDF_PASSWORD if locked else Cause.PDF_BROKEN) from error


def _drawn(document: pypdfium2.PdfDocument, index: int) -> Image.Image:
    try:
        page = document[index]
    except pypdfium2.PdfiumError as error:
        raise CausedError(Cause.PDF_BROKEN) from error
    width, height = page.get_size()
    if not (_LEAST_POINTS <= width <= _MOST_POINTS and _LEAST_POINTS <= height <= _MOST_POINTS):
        raise CausedError(Cause.PDF_HUGE, page=index + 1)
    if max(width, height) > MOST_RATIO * min(width, height):
        raise CausedError(Cause.LONG, ratio=MOST_RATIO)
    scale = _DRAWN_WIDTH / width
    if height * scale > 3 * _DRAWN_WIDTH:  # Long strips are drawn smaller, so that the pixels are bounded.
        scale = 3 * _DRAWN_WIDTH / height
    bitmap = page.render(scale=scale, fill_color=(255, 255, 255, 255), may_draw_forms=True)
    image: Image.Image = bitmap.to_pil().convert("RGB")
    page.close()
    check_extent(*image.size)
    return image
