"""Words for money and dates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.pages import words


@pytest.mark.parametrize(
    ("amount", "exact", "whole", "wan"),
    [
        ("12600", "12,600.00", "12,600", "1.26"),
        ("-120.5", "−120.50", "−121", "−0.01"),
        ("0.5", "0.50", "1", "0.00"),
        ("6421849.99", "6,421,849.99", "6,421,850", "642.18"),
        ("-0.004", "0.00", "0", "0.00"),
    ],
)
def test_amounts_round_half_up_and_carry_a_real_minus(amount: str, exact: str, whole: str, wan: str) -> None:
    value = Decimal(amount)

    assert (words.yuan(value), words.whole_yuan(value), words.wan(value)) == (exact, whole, wan)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_yuan_loses_nothing(amount: Decimal) -> None:
    shown = words.yuan(amount).replace(",", "").replace(words.MINUS, "-")

    assert Decimal(shown) == amount


def test_one_list_has_one_unit() -> None:
    small = words.in_one_unit([Decimal(99_999), Decimal(5)])
    large = words.in_one_unit([Decimal(100_000), None, Decimal(50)])

    assert small == [words.Money(figure="99,999", unit="元"), words.Money(figure="5", unit="元")]
    assert large == [
        words.Money(figure="10.00", unit="万元"),
        None,
        words.Money(figure="0.01", unit="万元"),
    ]
    assert words.in_one_unit([]) == []


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        ("2026-01-01", "2027-01-01", "2026年"),
        ("2026-01-01", "2026-07-01", "2026年上半年"),
        ("2026-07-01", "2027-01-01", "2026年下半年"),
        ("2026-10-01", "2027-01-01", "2026年第4季度"),
        ("2026-12-01", "2027-01-01", "2026年12月"),
        ("2026-02-01", "2026-05-01", "2026年2月1日到4月30日"),
        ("2026-02-03", "2026-02-04", "2026年2月3日"),
        ("2026-12-20", "2027-01-10", "2026年12月20日到2027年1月9日"),
    ],
)
def test_period_has_its_everyday_name(start: str, end: str, name: str) -> None:
    assert words.period(date.fromisoformat(start), date.fromisoformat(end)) == name


def test_day_names_the_year_only_when_it_is_another() -> None:
    today = date(2026, 11, 23)

    assert words.day(date(2026, 11, 8), today=today) == "11月8日"
    assert words.day(date(2025, 11, 8), today=today) == "2025年11月8日"
