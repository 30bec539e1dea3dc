# ruff: noqa: RUF001 - full-width signs are what is tested
from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.columns.cells import Date, DueCell, PeriodCell
from portal.columns.column import CellError
from portal.columns.due import DueRule
from portal.columns.periods import Granularity, Period

_DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))
_FORMS = (
    "{0:%Y-%m-%d}",
    "{0:%Y/%m/%d}",
    "{0:%Y%m%d}",
    "{0.year}年{0.month}月{0.day}日",
    "{0.year}-{0.month}-{0.day}",
)


@given(_DAYS, st.sampled_from(_FORMS))
def test_days_round_trip_in_every_form(day: date, form: str) -> None:
    assert Date().parse(form.format(day)) == day
    assert Date().canon(day) == day.isoformat()


def test_a_time_of_day_is_dropped() -> None:
    assert Date().parse("2026-10-31 08:30:00") == date(2026, 10, 31)


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "2026-02-30",
            "2026-13-01",
            "2025-02-29",
            "20261301",
            "2026-10",
            "2026年10月",
            "10-31",
            "31/10/2026",
        ),
        *("2026-10/31", "26-10-31", "今天", "45961", "1026-10-31", "2026-1-5-6", "２0２6"),
    ],
)
def test_impossible_and_doubtful_days_are_refused(raw: str) -> None:
    with pytest.raises(CellError):
        Date().parse(raw)


def test_what_happened_does_not_lie_in_the_future() -> None:
    today = date(2026, 10, 31)
    assert Date(past=True).parse("2026-10-31", today=today) == today
    with pytest.raises(CellError, match="今天之后"):
        Date(past=True).parse("2026-11-01", today=today)
    assert Date().parse("2026-11-01", today=today) == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("raw", "label", "start", "end"),
    [
        ("2026", "2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026H2", "2026H2", date(2026, 7, 1), date(2027, 1, 1)),
        ("2026q1", "2026Q1", date(2026, 1, 1), date(2026, 4, 1)),
        ("2026-03", "2026-03", date(2026, 3, 1), date(2026, 4, 1)),
        ("2026-12", "2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("２０２６Ｑ４", "2026Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026年", "2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026年上半年", "2026H1", date(2026, 1, 1), date(2026, 7, 1)),
        ("2026年第三季度", "2026Q3", date(2026, 7, 1), date(2026, 10, 1)),
        ("2026年3月", "2026-03", date(2026, 3, 1), date(2026, 4, 1)),
    ],
)
def test_periods_are_half_open_ranges(raw: str, label: str, start: date, end: date) -> None:
    period = PeriodCell().parse(raw)
    assert (period.label(), period.start, period.end) == (label, start, end)


@pytest.mark.parametrize(
    "raw", ["26", "2026H3", "2026Q5", "2026-13", "2026-00", "2026-03-01", "三月", "1026"]
)
def test_other_periods_are_refused(raw: str) -> None:
    with pytest.raises(CellError, match="2026Q1"):
        PeriodCell().parse(raw)


@given(_DAYS, st.sampled_from(Granularity))
def test_periods_tile_the_calendar(day: date, granularity: Granularity) -> None:
    period = Period.containing(day, granularity)
    assert period.contains(day)
    assert not period.contains(period.end)
    assert period.next().start == period.end
    assert period.next().previous() == period
    assert Period.parse(period.label()) == period
    assert Period.containing(period.end - timedelta(days=1), granularity) == period
    assert Period.containing(day, Granularity.YEAR).contains(period)


@pytest.mark.parametrize(
    ("rule", "period", "due"),
    [
        ("06-30", "2026", date(2026, 6, 30)),
        ("6月30日", "2026", date(2026, 6, 30)),
        ("02-29", "2026", date(2026, 2, 28)),
        ("每月15日", "2026-02", date(2026, 2, 15)),
        ("每月31日", "2026-02", date(2026, 2, 28)),
        ("每月15日", "2026Q1", date(2026, 3, 15)),
        ("次月10日", "2026-12", date(2027, 1, 10)),
        ("季末25日", "2026Q3", date(2026, 9, 25)),
        ("季末25日", "2026-07", date(2026, 9, 25)),
    ],
)
def test_due_days(rule: str, period: str, due: date) -> None:
    assert DueRule.parse(rule).due_on(Period.parse(period)) == due


@pytest.mark.parametrize("raw", ["06-31", "13-01", "每月32日", "每月0日", "每周一", "季末", "00-10"])
def test_other_due_rules_are_refused(raw: str) -> None:
    with pytest.raises(CellError, match="应发日期"):
        DueRule.parse(raw)


@pytest.mark.parametrize("text", ["06-30", "每月15日", "次月10日", "季末25日"])
def test_a_due_rule_comes_back_from_its_label(text: str) -> None:
    rule = DueCell().parse(text)
    assert DueCell().canon(rule) == text
    assert DueRule.parse(rule.label()) == rule
