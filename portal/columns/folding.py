"""Small repairs of what input methods do to digits, letters and signs."""

from __future__ import annotations

import re
import unicodedata

# NFKC for the full-width block only: the whole of NFKC would also turn ② and ² into digits, and
# `12²` must not become 122.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0xFFE5: "¥",
    0x2212: "-",
    0x200B: None,
    0xFEFF: None,
}
_SPACES = re.compile(r"\s+")
# Nothing that a reader cannot see: control characters, half surrogates, and signs that reverse the
# direction of what stands beside them.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def half_width(text: str) -> str:
    """Return `text` with full-width digits, letters and signs as ASCII, trimmed."""
    return text if text.isascii() else text.translate(_HALF_WIDTH).strip()


def without_spaces(text: str) -> str:
    """Return `text` half-width and without any white space."""
    return _SPACES.sub("", half_width(text))


def nfc(text: str) -> str:
    """Return `text` in the normal form that commitments use."""
    return unicodedata.normalize("NFC", text)
