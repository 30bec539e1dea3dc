"""What a file is, by its content alone; a name or a promised type is never asked (pure)."""

from __future__ import annotations

from .causes import Cause

JPEG, PNG, WEBP, HEIC, PDF = "image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf"
# Some programs write a line before the header; readers have always looked this far.
_PDF_WITHIN = 1024
_MARKUP_WITHIN = 2048
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_REFUSED = (
    (b"GIF8", Cause.GIF),
    (b"II*\x00", Cause.TIFF),
    (b"MM\x00*", Cause.TIFF),
    (b"II+\x00", Cause.TIFF),
    (b"MM\x00+", Cause.TIFF),
    (b"BM", Cause.BMP),
    (b"\xd0\xcf\x11\xe0", Cause.OFFICE),
    (b"{\\rtf", Cause.OFFICE),
    (b"Rar!", Cause.ARCHIVE),
    (b"7z\xbc\xaf", Cause.ARCHIVE),
    (b"\x1f\x8b", Cause.ARCHIVE),
    (b"\x1aE\xdf\xa3", Cause.VIDEO),
)


def kind_of(data: bytes) -> str | Cause:
    """Return the media type of a file we can read, or the cause to refuse what it is instead."""
    if not data.strip(b"\x00 \r\n\t"):
        return Cause.EMPTY
    return _readable(data) or _refused(data)


def _readable(data: bytes) -> str | None:
    if data[:3] == b"\xff\xd8\xff":
        return JPEG
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp":
        return HEIC if data[8:12] in _HEIC_BRANDS and not _AVIF_BRANDS & _brands(data) else None
    if any(data.startswith(magic) for magic, _ in _REFUSED):
        return None
    return PDF if b"%PDF-" in data[:_PDF_WITHIN] else None


def _brands(data: bytes) -> set[bytes]:
    """Return the brands that an ISO media file names in its first box."""
    end = min(int.from_bytes(data[:4], "big"), 256)
    return {data[8:12], *(data[at : at + 4] for at in range(16, end, 4))}


def _refused(data: bytes) -> Cause:
    if data[4:8] == b"ftyp":
        return Cause.AVIF if _AVIF_BRANDS & _brands(data) else Cause.VIDEO
    for magic, cause in _REFUSED:
        if data.startswith(magic):
            return cause
    if data[:4] in {b"PK\x03\x04", b"PK\x05\x06"}:
        return _zipped(data)
    return _markup(data[:_MARKUP_WITHIN])


def _zipped(data: bytes) -> Cause:
    """Tell electronic invoices (OFD) and office files, which are zips inside, from other archives."""
    if b"OFD.xml" in data:
        return Cause.OFD
    return Cause.OFFICE if b"[Content_Types].xml" in data or b"mimetypeapplication" in data else Cause.ARCHIVE


def _markup(head: bytes) -> Cause:
    text = head.replace(b"\x00", b"").lower()
    if b"<svg" in text:
        return Cause.SVG
    return Cause.HTML if b"<html" in text or b"<!doctype html" in text else Cause.UNKNOWN
