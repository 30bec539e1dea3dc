"""Twelve months from zero: what failed, in 100."""

from __future__ import annotations

from datetime import date

from portal.duties.standing import Standing
from portal.overview.trend import trend_of

TODAY = date(2026, 11, 25)


def standing(on_time: int, failed: int) -> Standing:
    return Standing(due=on_time + failed, on_time=on_time, late=0, missing=failed)


def test_months_without_anything_due_have_no_figure() -> None:
    trend = trend_of({date(2026, 10, 1): standing(97, 3)}, TODAY)
    (chart,) = trend.charts
    assert [bar.failed for bar in chart.bars] == [None, None, None, None, 3, None]
    assert "2026年10月 3 项" in chart.words
    assert "2026年11月 没有到期的" in chart.words


def test_bars_stand_on_zero_and_share_a_scale() -> None:
    trend = trend_of({date(2025, 12, 1): standing(60, 40), date(2026, 11, 1): standing(80, 20)}, TODAY)
    first, last = trend.charts[0].bars[0], trend.charts[1].bars[-1]
    assert first.height == 2 * last.height
    assert (first.colour, last.colour) == ("#971b1b", "#f2b632")
    assert trend.say == "从 40 项降到 20 项。"


def test_one_failure_in_a_thousand_is_not_none() -> None:
    trend = trend_of({date(2026, 11, 1): standing(999, 1)}, TODAY)
    assert trend.charts[0].bars[-1].failed == 1


def test_without_any_month_nothing_is_drawn() -> None:
    assert trend_of({}, TODAY).charts == []
