# ruff: noqa: RUF001 - full-width signs are what is tested
from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.columns.cells import Count, Money, Quantity, Rate
from portal.columns.column import CellError

_SOME_DECIMALS = {
    Money(allow_zero=True, allow_negative=True): 2,
    Quantity(): 4,
    Rate(): 8,
}
_FULL_WIDTH = {ord("0") + digit: 0xFF10 + digit for digit in range(10)} | {ord("."): "．", ord(","): "，"}


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1260", "1260.00"),
        ("1260.5", "1260.50"),
        ("0.07", "0.07"),
        ("1,234.50", "1234.50"),
        ("12,345,678", "12345678.00"),
        ("¥1,234.50", "1234.50"),
        ("￥1234.5", "1234.50"),
        ("1,234.50元", "1234.50"),
        ("１２３４．５０", "1234.50"),
        ("¥ 12 元", "12.00"),
        ("1260.500", "1260.50"),
        ("999999999999.99", "999999999999.99"),
        ("0012", "12.00"),
    ],
)
def test_money_reads_what_clerks_write(raw: str, value: str) -> None:
    money = Money()
    assert str(money.parse(raw)) == value
    assert money.canon(money.parse(raw)) == value


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("1.2万元", "万元"),
        ("3万", "万元"),
        ("1,23", "逗号"),
        ("1234,567", "逗号"),
        (",123", "逗号"),
        ("1,234,", "逗号"),
        ("1e5", "科学"),
        ("1E+05", "科学"),
        ("NaN", "不是数字"),
        ("Infinity", "不是数字"),
        ("1_000", "不是数字"),
        ("0x10", "不是数字"),
        ("1.", "不是数字"),
        (".5", "不是数字"),
        ("--5", "不是数字"),
        ("1 2", "不是数字"),
        ("¥", "不是数字"),
        ("٣٤", "阿拉伯数字"),
        ("१२", "阿拉伯数字"),
        ("12²", "阿拉伯数字"),
        ("②", "阿拉伯数字"),
        ("1.005", "2 位"),
        ("0.001", "2 位"),
        ("0", "零"),
        ("0.00", "零"),
        ("-5", "小于零"),
        ("1000000000000", "太大"),
        ("1" * 400, "太长"),
        ("=1+1", "不是数字"),
    ],
)
def test_money_refuses_what_may_mean_something_else(raw: str, word: str) -> None:
    with pytest.raises(CellError, match=word):
        Money().parse(raw)


def test_money_may_be_zero_or_negative_where_the_column_says_so() -> None:
    money = Money(allow_zero=True, allow_negative=True)
    assert str(money.parse("-12.5")) == "-12.50"
    assert str(money.parse("－12.5")) == "-12.50"
    assert str(money.parse("-0")) == "0.00"


def test_a_unit_in_the_header_converts_exactly() -> None:
    assert str(Money().parse("12.345678", scale=10_000)) == "123456.78"
    assert str(Money().parse("0.000001", scale=10_000)) == "0.01"
    with pytest.raises(CellError, match="小数最多"):
        Money().parse("0.0000001", scale=10_000)


def test_standards_keep_eight_decimals_and_quantities_four() -> None:
    assert Rate().canon(Rate().parse("124.9788302")) == "124.97883020"
    assert Rate().canon(Rate().parse("0.00000001")) == "0.00000001"
    assert Quantity().canon(Quantity().parse("6.2")) == "6.2000"
    with pytest.raises(CellError):
        Rate().parse("0.000000001")
    with pytest.raises(CellError):
        Quantity().parse("6.20001")


def test_counts_are_whole() -> None:
    assert Count().parse("12") == 12
    assert Count().parse("12.0") == 12
    for raw in ("1.5", "-1", "十二", "1e3"):
        with pytest.raises(CellError):
            Count().parse(raw)


@pytest.mark.parametrize(("cell", "places"), _SOME_DECIMALS.items())
@given(data=st.data())
def test_numbers_round_trip(cell: Money, places: int, data: st.DataObject) -> None:
    smallest = Decimal(1).scaleb(-places)
    value = data.draw(st.decimals(smallest, Decimal(9999999999), places=places))
    parsed = cell.parse(f"{value:f}")
    assert parsed == value
    assert parsed.as_tuple().exponent == -places
    assert cell.canon(parsed) == f"{value:.{places}f}" == cell.canon(Decimal(cell.canon(parsed)))
    assert cell.parse(f"{value:,f}") == value
    assert cell.parse(f"{value:,f}".translate(_FULL_WIDTH)) == value


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_an_error(raw: str) -> None:
    try:
        value = Money(allow_negative=True, allow_zero=True).parse(raw)
    except CellError:
        return
    assert value.is_finite()
    assert value.as_tuple().exponent == -2
