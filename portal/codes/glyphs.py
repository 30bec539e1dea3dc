"""What the printing font can draw: the character lists it was cut to."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import typst

FONTS = Path(__file__).parent / "fonts"
_LISTS = ("standard.txt", "places.txt", "signs.txt")


class MissingGlyphError(ValueError):
    """The printing font lacks a character of the text."""

    def __init__(self, text: str, characters: list[str]) -> None:
        """Say which characters are missing, by shape and by number, and what to do."""
        named = "、".join(f"“{character}”(U+{ord(character):04X})" for character in characters)
        super().__init__(
            f"“{text}”印不了：字库里没有 {named}。请核对这个名字；确实是这个字，请管理员把它加进字库。"
        )
        self.characters = characters


@cache
def drawable() -> frozenset[str]:
    """Return every character the font can draw."""
    lists = (FONTS.joinpath(name).read_text(encoding="utf-8") for name in _LISTS)
    return frozenset("".join(lists)) - {"\n"}


@cache
def fonts() -> typst.Fonts:
    """Return both weights for typst, and nothing else.

    Fonts of the system or of typst itself would fill holes in ours on one machine and not on the next.
    """
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def check(text: str) -> None:
    """Raise MissingGlyphError where a text would leave an empty box on paper."""
    missing = sorted(set(text) - drawable())
    if missing:
        raise MissingGlyphError(text, missing)
