"""The printing font: it draws what its lists say, and says what it cannot draw."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import typst

import portal
from portal.codes import glyphs

SETTING = '#set text(font: "Noto Sans SC", weight: "{weight}")\n#sys.inputs.text'
REGIONS = Path(portal.__file__).parent / "places" / "data" / "regions-yichun.csv"


def set_text(text: str, weight: str = "regular") -> bytes:
    source: bytes = SETTING.format(weight=weight).encode()
    pdf = typst.compile(
        source,
        font_paths=glyphs.fonts(),
        sys_inputs={"text": text},
        pdf_standards=["a-2u"],
        timestamp=0,
    )
    assert isinstance(pdf, bytes)
    return pdf


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_both_weights_draw_every_character_of_the_lists(weight: str) -> None:
    characters = sorted(glyphs.drawable())

    set_text("\n".join("".join(characters[i : i + 40]) for i in range(0, 9_000, 40)), weight)


def test_typst_would_refuse_what_the_lists_leave_out() -> None:
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        set_text("𰻞")


def test_the_standard_list_is_complete() -> None:
    standard = glyphs.FONTS.joinpath("standard.txt").read_text(encoding="utf-8")

    assert len(set(standard) - {"\n"}) == 8_105


def test_every_place_of_the_official_list_can_be_printed() -> None:
    with REGIONS.open(encoding="utf-8") as stream:
        names = [row["name"] for row in csv.DictReader(stream)]

    assert len(names) > 3_000
    for name in names:
        glyphs.check(name)


@pytest.mark.parametrize("text", ["塅上村", "垴上村", "㟓头村", "瓈岗村", "宜春“码”上监督"])
def test_rare_characters_of_names_can_be_printed(text: str) -> None:
    glyphs.check(text)


def test_a_missing_character_is_named_with_its_number() -> None:
    with pytest.raises(glyphs.MissingGlyphError, match=r"“𰻞”\(U\+30EDE\).*核对") as caught:
        glyphs.check("𰻞家村")

    assert caught.value.characters == ["𰻞"]


def test_a_control_character_cannot_be_printed() -> None:
    with pytest.raises(glyphs.MissingGlyphError):
        glyphs.check("大浦村\u202e")
