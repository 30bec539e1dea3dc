"""The one shape of WebP that is served: lossy, one picture, no chunk for profiles, notes or places (pure)."""

from __future__ import annotations

_HEADER = 20
_START_CODE = b"\x9d\x01\x2a"


def plain_webp_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a WebP that holds one VP8 picture and nothing else; None for anything more.

    RFC 9649, section 2.5 (simple lossy format); RFC 6386, section 9.1 (frame header).
    """
    if len(data) < _HEADER + 10 or data[:4] != b"RIFF" or data[8:16] != b"WEBPVP8 ":
        return None
    whole, chunk = int.from_bytes(data[4:8], "little"), int.from_bytes(data[16:20], "little")
    if whole + 8 != len(data) or chunk + chunk % 2 + _HEADER != len(data) or data[23:26] != _START_CODE:
        return None
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
