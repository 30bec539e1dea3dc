from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villages.accounts import chart_on, other_codes, plain_name

_BEFORE, _SINCE = date(2023, 12, 31), date(2024, 1, 1)
_days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
_sides = st.sampled_from(["in", "out"])


@given(_days)
def test_every_code_of_a_chart_has_a_side_and_a_plain_name(day: date) -> None:
    chart = chart_on(day)
    assert chart.by_code
    for code, account in chart.by_code.items():
        assert account.direction in {"in", "out"}
        assert account.plain
        assert account.source
        assert chart.find(code=code, word="", direction=account.direction) is account


@given(_days)
def test_a_day_has_one_chart_and_the_next_day_the_same_or_a_later_one(day: date) -> None:
    today, tomorrow = chart_on(day), chart_on(day + timedelta(days=1))
    assert today is tomorrow or today.end_on == tomorrow.start_on == day + timedelta(days=1)


@given(_days, _sides)
def test_a_word_never_leads_to_the_other_side(day: date, direction: str) -> None:
    chart = chart_on(day)
    for side, word in chart.by_word:
        account = chart.find(code="", word=word, direction=direction)
        assert account is None or account.direction == direction
        assert side in {"in", "out"}


@given(_days, _sides)
def test_what_fits_nowhere_has_an_account_on_its_own_side(day: date, direction: str) -> None:
    assert chart_on(day).fallback(direction).direction == direction


@pytest.mark.parametrize(
    ("code", "before", "since"),
    [("502", "out", "in"), ("511", "in", "out"), ("501", "in", "in")],
)
def test_codes_flip_sides_on_new_years_day_of_2024(code: str, before: str, since: str) -> None:
    assert chart_on(_BEFORE).by_code[code].direction == before
    assert chart_on(_SINCE).by_code[code].direction == since


@pytest.mark.parametrize(
    ("word", "direction", "before", "since"),
    [
        ("承包款", "in", "511", "501"),
        ("保洁员工资", "out", "551", "514"),
        ("保洁员 工资", "out", "551", "514"),
        ("管理费用", "out", "541", "513"),
        ("管理费用", "in", None, None),
        ("不知道是什么", "out", None, None),
    ],
)
def test_a_word_is_looked_up_by_the_day(
    word: str, direction: str, before: str | None, since: str | None
) -> None:
    for day, code in ((_BEFORE, before), (_SINCE, since)):
        account = chart_on(day).find(code="", word=word, direction=direction)
        assert (account.code if account else None) == code


@pytest.mark.parametrize(("code", "name"), [("51401", "公益支出"), ("514-02", "公益支出"), ("999", None)])
def test_a_sub_account_counts_to_its_account(code: str, name: str | None) -> None:
    account = chart_on(_SINCE).find(code=code, word="管理费用", direction="out")
    assert (account.name if account else None) == name


def test_a_day_before_every_chart_has_the_oldest() -> None:
    assert chart_on(date(1999, 1, 1)) is chart_on(date(2005, 1, 1))


def test_a_villager_reads_no_code() -> None:
    assert plain_name("514", _SINCE) == "给大家办事"
    assert plain_name("502", _BEFORE) != plain_name("502", _SINCE)


def test_other_is_a_code_on_each_side_of_each_chart() -> None:
    assert {code for code, start, _ in other_codes() if start == _SINCE} == {"504", "515"}
    assert {code for code, start, _ in other_codes() if start < _SINCE} == {"531", "551"}
