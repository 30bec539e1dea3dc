"""Boxes: they open for their key at their place, and for nothing else; sizes tell steps only."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.sealing import boxes
from complaints.sealing.boxes import NotOpenError

PLACE = b"ticket-and-entry"
STEP, OVERHEAD = 4096, 24 + 16


@settings(max_examples=60)
@given(st.binary(max_size=9000), st.binary(max_size=64))
def test_what_is_sealed_comes_back(plain: bytes, place: bytes) -> None:
    key = boxes.new_key()
    assert boxes.unseal(boxes.seal(plain, key, place), key, place) == plain


@given(st.integers(0, STEP - 1))
@settings(max_examples=40)
def test_any_text_of_one_step_has_one_size(length: int) -> None:
    assert len(boxes.seal(b"x" * length, bytes(32), PLACE)) == STEP + OVERHEAD


def test_a_text_of_a_whole_step_takes_the_next() -> None:
    assert len(boxes.seal(b"x" * STEP, bytes(32), PLACE)) == 2 * STEP + OVERHEAD


def test_the_same_text_never_gives_the_same_box() -> None:
    key = boxes.new_key()
    assert boxes.seal(b"x", key, PLACE) != boxes.seal(b"x", key, PLACE)


@given(st.integers(0, STEP + OVERHEAD - 1), st.integers(1, 255))
@settings(max_examples=60)
def test_one_altered_byte_closes_a_box(at: int, flip: int) -> None:
    box = bytearray(boxes.seal(b"12600", bytes(32), PLACE))
    box[at] ^= flip
    with pytest.raises(NotOpenError):
        boxes.unseal(bytes(box), bytes(32), PLACE)


@pytest.mark.parametrize("box", [b"", b"x" * 10, b"x" * 24, b"x" * 40])
def test_what_is_no_box_does_not_open(box: bytes) -> None:
    with pytest.raises(NotOpenError):
        boxes.unseal(box, bytes(32), PLACE)


def test_another_key_or_place_does_not_open() -> None:
    key = boxes.new_key()
    box = boxes.seal(b"12600", key, PLACE)
    for wrong_key, wrong_place in ((boxes.new_key(), PLACE), (key, b"another"), (key, b"")):
        with pytest.raises(NotOpenError):
            boxes.unseal(box, wrong_key, wrong_place)


def test_a_sealed_key_opens_for_its_owner_at_its_place() -> None:
    owner, stranger, key = boxes.new_pair(), boxes.new_pair(), boxes.new_key()
    box = boxes.seal_key(key, owner.public, PLACE)
    assert boxes.unseal_key(box, owner.private, PLACE) == key
    for private, place in ((stranger.private, PLACE), (owner.private, b"another")):
        with pytest.raises(NotOpenError):
            boxes.unseal_key(box, private, place)


def test_a_key_without_its_place_does_not_pass() -> None:
    owner = boxes.new_pair()
    with pytest.raises(NotOpenError):
        boxes.unseal_key(boxes.seal_key(b"", owner.public, b""), owner.private, PLACE)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=50_000))
def test_a_file_is_filled_up_and_comes_back(data: bytes) -> None:
    padded = boxes.pad_file(data)
    assert boxes.unpad_file(padded) == data
    assert len(padded) >= STEP
    assert len(padded) <= max(STEP, (len(data) + 1) * 1.05 + 1)


def test_files_of_like_size_cannot_be_told_apart() -> None:
    sizes = {len(boxes.pad_file(b"x" * size)) for size in range(100_000, 200_000, 500)}
    assert len(sizes) <= 16


@pytest.mark.parametrize("padded", [b"", bytes(64), b"never filled"])
def test_a_file_without_its_filling_is_refused(padded: bytes) -> None:
    with pytest.raises(NotOpenError):
        boxes.unpad_file(padded)


def test_each_file_has_its_own_key() -> None:
    assert boxes.file_key(bytes(32), b"1" * 16) != boxes.file_key(bytes(32), b"2" * 16)


def test_secrets_do_not_show_in_a_representation() -> None:
    pair = boxes.new_pair()
    assert repr(pair.private) not in repr(pair)
    assert boxes.public_of(pair.private) == pair.public
