"""What kind of recording a file is, by its first bytes (pure)."""

from __future__ import annotations

_STARTS = (
    (b"#!AMR", "audio/amr"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
)
_M4A_BRANDS = frozenset({b"M4A ", b"M4B "})
# Layer III of MPEG 1, 2 and 2.5, with and without a checksum.
_MP3_SECOND = frozenset({0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2})
_AAC_SECOND = frozenset({0xF0, 0xF1, 0xF8, 0xF9})
SUFFIXES = {
    "audio/amr": "amr",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
}


def sound_of(head: bytes) -> str:
    """Return the media type of a recording by its first 64 bytes; empty for anything else.

    A film in the same wrapping is not taken: only a file that calls itself sound.
    """
    for start, media_type in _STARTS:
        if head.startswith(start):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[4:8] == b"ftyp":
        # The first brand is what a file is; the others only say what else can play it, which films say too.
        return "audio/mp4" if head[8:12] in _M4A_BRANDS else ""
    if len(head) > 1 and head[0] == 0xFF:
        if head[1] in _AAC_SECOND:
            return "audio/aac"
        if head[1] in _MP3_SECOND:
            return "audio/mpeg"
    return ""
