"""The 查询码: check digits find slips of the pen; it follows from form and words; alone it opens nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.sealing import receipts

NUMBERS = st.integers(0, 10**18 - 1)


def _code(number: int) -> str:
    return f"{number:018d}{receipts.check_digits(number):02d}"


# ISO 7064 MOD 97-10: the worked example of ISO/IEC 7064 (794 -> 44), and IBAN (ISO 13616) as digits:
# GB82 WEST 1234 5698 7654 32 -> 3214282912345698765432161182, where 82 are the check digits.
@pytest.mark.parametrize(("number", "check"), [(794, 44), (0, 98), (32142829123456987654321611, 82)])
def test_check_digits_agree_with_the_standard(number: int, check: int) -> None:
    assert receipts.check_digits(number) == check
    assert (number * 100 + check) % 97 == 1


@given(NUMBERS)
def test_every_code_is_read_back(number: int) -> None:
    code = _code(number)
    assert len(code) == 20
    assert receipts.read(code) == code
    assert receipts.read(" ".join(receipts.groups(code))) == code


@given(NUMBERS, st.integers(0, 19), st.integers(1, 9))
def test_one_wrong_digit_is_found(number: int, at: int, more: int) -> None:
    code = _code(number)
    wrong = f"{code[:at]}{(int(code[at]) + more) % 10}{code[at + 1 :]}"
    assert receipts.read(wrong) is None


@given(NUMBERS, st.integers(0, 18))
def test_two_neighbours_exchanged_are_found(number: int, at: int) -> None:
    code = _code(number)
    wrong = f"{code[:at]}{code[at + 1]}{code[at]}{code[at + 2 :]}"
    assert wrong == code or receipts.read(wrong) is None


@given(NUMBERS, st.integers(0, 19))
def test_a_digit_left_out_is_found(number: int, at: int) -> None:
    code = _code(number)
    assert receipts.read(code[:at] + code[at + 1 :]) is None


@pytest.mark.parametrize(
    "written",
    [
        "{0}-{1}-{2}-{3}-{4}",
        "{0}　{1}　{2}　{3}　{4}",
        "{0}，{1}，{2}，{3}，{4}",
        " {0}{1}\n{2} {3}－{4} ",
    ],
)
def test_people_write_it_in_their_own_way(written: str) -> None:
    code = _code(123456789012345678)
    assert receipts.read(written.format(*receipts.groups(code))) == code


def test_full_width_digits_are_digits() -> None:
    code = _code(123456789012345678)
    wide = code.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    assert receipts.read(wide) == code


@pytest.mark.parametrize("written", ["", "1234", "a" * 20, "\u0660" * 20, "1" * 21, "1" * 5000, "零一二三"])
def test_what_is_no_code_is_none(written: str) -> None:
    assert receipts.read(written) is None


@given(st.text(max_size=60))
def test_anything_may_be_typed(written: str) -> None:
    found = receipts.read(written)
    assert found is None or (len(found) == 20 and found.isascii())


def test_the_code_follows_from_key_form_and_words() -> None:
    code = receipts.code_of(b"k" * 32, b"n" * 16, "挖掘机".encode())
    assert receipts.read(code) == code
    assert receipts.code_of(b"k" * 32, b"n" * 16, "挖掘机".encode()) == code
    others = {
        receipts.code_of(b"K" * 32, b"n" * 16, "挖掘机".encode()),
        receipts.code_of(b"k" * 32, b"N" * 16, "挖掘机".encode()),
        receipts.code_of(b"k" * 32, b"n" * 16, "挖掘機".encode()),
    }
    assert len(others | {code}) == 4


def test_a_code_opens_nothing_without_the_pepper() -> None:
    code = _code(123456789012345678)
    mine, theirs = receipts.unlocking(code, b"p" * 32), receipts.unlocking(code, b"q" * 32)
    assert mine == receipts.unlocking(code, b"p" * 32)
    assert len({mine.lookup, mine.wrap, theirs.lookup, theirs.wrap}) == 4
    assert mine.lookup.hex() not in repr(mine)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("123", "您写了 3 个数字，要 20 个"),
        ("", "您写了 0 个数字，要 20 个"),
        ("4829 1560 3771 2048 59O7", "里面有“O”"),
        ("七四三四", "里面有“七”"),
        ("0000 0000 0000 0000 0000", "有数字抄错了"),
    ],
)
def test_what_was_miscopied_is_named(written: str, told: str) -> None:
    assert receipts.read(written) is None
    assert told in receipts.fault(written)
