# ruff: noqa: RUF001 - full-width signs are what is tested
from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.columns.cells import Account, AccountValue, CreditCode, Identity
from portal.columns.column import CellError
from portal.columns.identity import credit_check, identity_check

# The example of GB 11643-1999, appendix A; of GB 32100-2015, appendix A.
_IDENTITY = "11010519491231002X"
_CREDIT = "91350100M000100Y43"


@st.composite
def identities(draw: st.DrawFn) -> str:
    area = draw(st.integers(110000, 659999))
    born = draw(st.dates(date(1900, 1, 1), date(2025, 12, 31)))
    body = f"{area}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    # The standard's formula, written the long way round: ISO 7064 MOD 11-2.
    weighted = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(body))
    return body + "0123456789X"[(12 - weighted % 11) % 11]


@given(identities())
def test_identity_numbers_round_trip(number: str) -> None:
    assert Identity().parse(number) == number
    assert Identity().parse(number.lower()) == number
    assert Identity().canon(number) == number


@given(identities(), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number: str, place: int, shift: int) -> None:
    wrong = str((int(number[place]) + shift) % 10)
    with pytest.raises(CellError):
        Identity().parse(number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize(
    "raw",
    [
        _IDENTITY,
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２ｘ",
        "110105 19491231 002X",
        f"'{_IDENTITY}",
    ],
)
def test_the_standards_own_example_in_many_spellings(raw: str) -> None:
    assert Identity().parse(raw) == _IDENTITY


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("110105491231002", "15 位"),
        ("110105194912310021", "校验位"),
        ("110105194902310021", "出生日期"),
        ("110105204912310023", "出生日期"),
        ("1101051949****002X", "星号"),
        ("1.10105E+17", "存成了数字"),
        ("11010519491231002", "17 位"),
        ("11010519491231002Y", "最后一位"),
        ("٣10105194912310021", "只能是数字"),
    ],
)
def test_identity_numbers_are_refused_with_the_reason(raw: str, word: str) -> None:
    with pytest.raises(CellError, match=word) as caught:
        Identity().parse(raw, today=date(2026, 10, 31))
    assert raw not in str(caught.value)


def test_identity_check_is_that_of_the_standard() -> None:
    assert identity_check("11010519491231002") == "X"


def test_credit_codes() -> None:
    assert credit_check(_CREDIT) == "3"
    assert CreditCode().parse(_CREDIT.lower()) == _CREDIT
    for raw, word in (
        ("91350100M000100Y44", "校验位"),
        ("91350100M000100I43", "没有 I"),
        ("350100100001", "18 位"),
    ):
        with pytest.raises(CellError, match=word):
            CreditCode().parse(raw)


@given(st.text("0123456789", min_size=8, max_size=32))
def test_accounts_lose_their_spaces_only(digits: str) -> None:
    spaced = " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))
    assert Account().parse(spaced) == Account().parse(digits) == AccountValue(digits, digits[-4:])


@pytest.mark.parametrize("raw", ["1234", "****1234", "6228********1234", "6228xxxx1234", "＊＊＊＊1234"])
def test_masked_accounts_keep_their_tail(raw: str) -> None:
    value = Account().parse(raw)
    assert value == AccountValue(None, "1234")
    assert Account().canon(value) == "1234"


@pytest.mark.parametrize("raw", ["123", "12345", "1" * 33, "6.2284E+18", "无", "****"])
def test_other_accounts_are_refused(raw: str) -> None:
    with pytest.raises(CellError):
        Account().parse(raw)


def test_an_account_shows_no_digit_when_printed() -> None:
    assert "1234" not in repr(Account().parse("622848001234"))
