from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.columns.column import CellError
from portal.columns.yearly import YearlyDays, days_in

_CELL = YearlyDays()
_DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("06-30", "06-30"),
        ("06-30;12-31", "06-30;12-31"),
        ("12-31；6-30", "06-30;12-31"),
        ("６月３０日、12月31日", "06-30;12-31"),
        ("每年6月30日", "06-30"),
        ("6/30,6/30", "06-30"),
        ("02-29", "02-29"),
    ],
)
def test_days_are_read_as_people_write_them(raw: str, stored: str) -> None:
    assert _CELL.parse(raw) == stored


@pytest.mark.parametrize("raw", ["02-30", "13-01", "00-10", "6月", "2026-06-30", ";", "每季末", "06-31"])
def test_other_things_are_refused(raw: str) -> None:
    with pytest.raises(CellError, match="每年应收月日"):
        _CELL.parse(raw)


@given(st.lists(_DAYS, min_size=1, max_size=12))
def test_what_was_read_is_read_again_as_the_same(days: list[date]) -> None:
    stored = _CELL.parse(";".join(f"{day.month}月{day.day}日" for day in days))
    assert _CELL.parse(stored) == _CELL.canon(stored) == stored
    assert days_in(2024, stored) == sorted(set(days))


@given(_DAYS, st.integers(1950, 2100))
def test_a_day_of_every_year_is_that_day_or_the_last_of_its_month(day: date, year: int) -> None:
    (found,) = days_in(year, f"{day:%m-%d}")
    assert (found.year, found.month) == (year, day.month)
    assert found.day == day.day or (found + timedelta(days=1)).month != day.month


def test_more_days_than_months_are_refused() -> None:
    with pytest.raises(CellError):
        _CELL.parse(";".join(f"01-{day:02d}" for day in range(1, 14)))
