"""Encoding, tags and freshness of kept pages."""

from __future__ import annotations

import gzip

import pytest

from portal.pages import answers


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip, deflate, br", True),
        ("GZIP", True),
        ("*", True),
        ("br", False),
        ("", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("gzip;q=0.5", True),
    ],
)
def test_gzip_is_given_to_who_takes_it(accepted: str, packed: bool) -> None:
    assert answers.takes_gzip(accepted) is packed


@pytest.mark.parametrize(
    ("cookie", "big"),
    [("big=1", True), ("a=b; big=1; c=d", True), ("big=10", False), ("notbig=1", False), ("", False)],
)
def test_big_type_is_read_from_its_cookie_alone(cookie: str, big: bool) -> None:
    assert answers.wants_big(cookie) is big


def test_each_encoding_has_its_own_strong_tag() -> None:
    plain, packed = answers.etag(b"page", packed=False), answers.etag(b"page", packed=True)

    assert plain != packed
    assert not plain.startswith("W/")


@pytest.mark.parametrize(
    ("held", "fresh"),
    [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("", False)],
)
def test_a_reader_is_fresh_when_one_of_the_tags_matches(held: str, fresh: bool) -> None:
    assert answers.is_fresh(held, '"a"') is fresh


def test_packing_twice_gives_the_same_bytes() -> None:
    assert answers.pack(b"page") == answers.pack(b"page")
    assert gzip.decompress(answers.pack(b"page")) == b"page"
