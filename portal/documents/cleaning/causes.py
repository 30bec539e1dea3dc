"""Why a file is refused, as codes: the child says a code, the parent has the words (`documents/words.py`)."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """One reason to refuse a file."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    GIF = "gif"
    TIFF = "tiff"
    BMP = "bmp"
    SVG = "svg"
    AVIF = "avif"
    OFD = "ofd"
    OFFICE = "office"
    ARCHIVE = "archive"
    VIDEO = "video"
    HTML = "html"
    BROKEN = "broken"
    ANIMATED = "animated"
    MANY_PIXELS = "many_pixels"
    FEW_PIXELS = "few_pixels"
    LONG = "long"
    GREY = "grey"
    PDF_BROKEN = "pdf_broken"
    PDF_PASSWORD = "pdf_password"  # noqa: S105 # a code, no password
    PDF_PAGES = "pdf_pages"
    PDF_EMPTY = "pdf_empty"
    PDF_FORM = "pdf_form"
    PDF_HUGE = "pdf_huge"
    # Said by the parent alone.
    TOO_BIG = "too_big"
    ABORTED = "aborted"
    TIRED = "tired"


class CausedError(Exception):
    """The file is refused; `numbers` fill the sentence."""

    def __init__(self, cause: Cause, **numbers: int) -> None:
        """Keep the cause and what its sentence counts."""
        super().__init__(cause.value)
        self.cause = cause
        self.numbers = numbers
