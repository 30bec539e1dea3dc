"""Slugs: made at random, read from what people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.codes import slugs

SLUGS = st.text(slugs.ALPHABET, min_size=slugs.LENGTH, max_size=slugs.LENGTH)


def test_made_slugs_have_the_shape_and_do_not_repeat() -> None:
    made = [slugs.make() for _ in range(2_000)]

    assert all(slugs.is_slug(slug) for slug in made)
    assert len(set(made)) == len(made)


def test_made_slugs_use_the_whole_alphabet() -> None:
    assert set("".join(slugs.make() for _ in range(500))) == set(slugs.ALPHABET)


@given(SLUGS)
def test_a_slug_is_read_as_itself_in_either_case(slug: str) -> None:
    assert slugs.normalise(slug) == slug
    assert slugs.normalise(slug.lower()) == slug


@given(SLUGS)
def test_letters_that_look_like_digits_are_read_as_digits(slug: str) -> None:
    for digit, lookalikes in (("0", "Oo"), ("1", "IiLl")):
        for letter in lookalikes:
            assert slugs.normalise(slug.replace(digit, letter)) == slug


@given(SLUGS)
def test_full_width_letters_spaces_and_hyphens_are_forgiven(slug: str) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in slug)

    assert slugs.normalise(wide) == slug
    assert slugs.normalise(f" {slug[:3]}-{slug[3:]} ") == slug


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_slug_or_nothing(typed: str) -> None:
    read = slugs.normalise(typed)

    assert read is None or slugs.is_slug(read)


@pytest.mark.parametrize(
    "typed", ["", "7K4M92", "7K4M92XX", "7K4M92U", "7K4M92!", "大浦村", "../../x", "7K4M92X\n\n\0"]
)
def test_anything_else_is_no_slug(typed: str) -> None:
    assert slugs.normalise(typed) is None


def test_a_slug_with_a_trailing_newline_is_none() -> None:
    assert not slugs.is_slug("7K4M92X\n")
