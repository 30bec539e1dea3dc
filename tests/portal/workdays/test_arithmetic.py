"""Counting: golden days around make-up weekends and year ends, and what holds for every count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.workdays.arithmetic import Calendar, Pause, Unit, merged, unpaused
from tests.calendars import shipped

CALENDAR = shipped()
DAYS = st.dates(date(2020, 6, 1), date(2028, 6, 30))
COUNTS = st.integers(0, 90)
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["workdays", "days"])
CLOSED: st.SearchStrategy[list[tuple[date, date]]] = st.lists(
    st.tuples(DAYS, st.integers(0, 60)).map(lambda pause: (pause[0], pause[0] + timedelta(pause[1]))),
    max_size=4,
)


def _add(day: date, n: int, unit: Unit, pauses: list[tuple[date, date]] | None = None) -> date:
    """Count with pauses that are all over."""
    due_on = CALENDAR.add(day, n, unit, pauses or [])
    assert due_on is not None
    return due_on


# Counted by hand on the calendars that the State Council published for the years.
@pytest.mark.parametrize(
    ("anchor", "n", "due_on"),
    [
        ("2024-02-02", 6, "2024-02-09"),  # Sunday 4 February is worked; the eve is not off in 2024
        ("2024-02-02", 7, "2024-02-18"),  # so is Sunday 18 February, the first day after the festival
        ("2024-02-09", 1, "2024-02-18"),
        ("2024-09-27", 1, "2024-09-29"),  # a make-up Sunday
        ("2024-09-27", 3, "2024-10-08"),
        ("2024-09-30", 5, "2024-10-12"),  # a make-up Saturday
        ("2024-09-30", 6, "2024-10-14"),
        ("2025-01-24", 5, "2025-02-07"),
        ("2025-01-24", 6, "2025-02-08"),
        ("2025-09-26", 5, "2025-10-10"),
        ("2025-09-26", 6, "2025-10-11"),
        ("2026-02-13", 2, "2026-02-24"),  # nine days off in a row
        ("2026-02-13", 6, "2026-02-28"),
        ("2026-09-18", 15, "2026-10-15"),  # mid-autumn and National Day, make-up days on both sides
        ("2026-11-06", 15, "2026-11-27"),  # three plain weeks
        ("2026-11-08", 15, "2026-11-27"),  # received on a Sunday: the same
        # Year ends.
        ("2023-12-29", 1, "2024-01-02"),
        ("2024-12-30", 2, "2025-01-02"),
        ("2025-12-31", 1, "2026-01-04"),  # a make-up Sunday
        # Without data, New Year's Day 2027 is a Friday like others; so is National Day 2020 a Thursday.
        ("2026-12-31", 1, "2027-01-01"),
        ("2026-12-25", 15, "2027-01-15"),
        ("2020-09-30", 1, "2020-10-01"),
    ],
)
def test_working_days_are_counted_as_by_hand(anchor: str, n: int, due_on: str) -> None:
    assert _add(date.fromisoformat(anchor), n, "workdays") == date.fromisoformat(due_on)


@pytest.mark.parametrize(
    ("anchor", "n", "due_on"),
    [
        ("2026-11-02", 15, "2026-11-17"),  # a Tuesday
        ("2026-11-06", 15, "2026-11-23"),  # Saturday moves to Monday
        ("2025-08-04", 60, "2025-10-09"),  # 3 October moves behind the holidays
        ("2025-09-26", 15, "2025-10-11"),  # a make-up Saturday stays
        ("2026-01-16", 30, "2026-02-24"),  # 15 February moves behind nine days off
        ("2024-12-02", 30, "2025-01-02"),
        ("2026-12-04", 28, "2027-01-01"),  # no data for 2027
        ("2024-02-28", 1, "2024-02-29"),
    ],
)
def test_calendar_days_that_end_on_a_day_off_move_to_the_next_working_day(
    anchor: str, n: int, due_on: str
) -> None:
    assert _add(date.fromisoformat(anchor), n, "days") == date.fromisoformat(due_on)


NOVEMBER = date(2026, 11, 2)  # a Monday


@pytest.mark.parametrize(
    ("n", "unit", "pauses", "due_on"),
    [
        (5, "workdays", [(4, 6)], 11),  # Wednesday and Thursday do not count
        (5, "workdays", [(4, 4)], 9),  # an empty pause
        (5, "workdays", [(7, 9)], 9),  # a weekend costs nothing
        (5, "workdays", [(4, 6), (5, 7)], 12),  # what overlaps counts once
        (5, "workdays", [(10, 12)], 9),  # after the end
        (5, "workdays", [(9, 11)], 11),  # the last day itself is paused
        (10, "days", [(4, 6)], 16),  # Saturday 14, moved
        (9, "days", [(4, 6)], 13),
        (1, "days", [(1, 6)], 6),  # a pause from before the anchor
        (2, "days", [(4, 5)], 5),  # the last day itself is paused
        (4, "days", [(9, 12)], 6),
        (5, "days", [(9, 12)], 12),  # Saturday moves into the pause, and on to its end
    ],
)
def test_paused_days_do_not_count(n: int, unit: Unit, pauses: list[tuple[int, int]], due_on: int) -> None:
    held = [(NOVEMBER.replace(day=start), NOVEMBER.replace(day=end)) for start, end in pauses]
    assert _add(NOVEMBER, n, unit, held) == NOVEMBER.replace(day=due_on)


@pytest.mark.parametrize("unit", ["workdays", "days"])
def test_an_open_pause_leaves_no_date_but_only_where_it_comes_in_between(unit: Unit) -> None:
    def held_from(day: int) -> list[Pause]:
        return [(NOVEMBER.replace(day=day), None)]

    assert CALENDAR.add(NOVEMBER, 4, unit, held_from(6)) is None
    assert CALENDAR.add(NOVEMBER, 4, unit, held_from(7)) == date(2026, 11, 6)
    assert CALENDAR.add(NOVEMBER, 4, unit, held_from(1)) is None
    # Saturday would move to Monday, and Monday is paused without end.
    assert CALENDAR.add(NOVEMBER, 5, unit, held_from(9)) is None


def test_a_negative_time_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add(NOVEMBER, -1, "days")


def test_a_make_up_day_counts_even_in_a_year_without_a_notice() -> None:
    calendar = Calendar(makeup=frozenset({date(2027, 1, 2)}))
    assert calendar.is_workday(date(2027, 1, 2))
    assert not calendar.is_known(2027)


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2026, 11, 2), 4),
        (date(2026, 11, 5), 1),
        (date(2026, 11, 6), 0),
        (date(2026, 11, 7), -1),
        (date(2026, 11, 9), -1),
        (date(2026, 11, 10), -2),
        (date(2026, 11, 1), 5),
    ],
)
def test_days_left_are_working_days_and_negative_once_past(today: date, left: int) -> None:
    assert CALENDAR.days_left(date(2026, 11, 6), today) == left


def test_versions_differ_with_any_part_and_not_with_the_order() -> None:
    one, two = date(2027, 1, 1), date(2027, 1, 2)
    variants = [
        Calendar(),
        Calendar(holidays=frozenset({one})),
        Calendar(makeup=frozenset({one})),
        Calendar(holidays=frozenset({one, two})),
        Calendar(holidays=frozenset({one}), makeup=frozenset({two})),
        Calendar(holidays=frozenset({one}), makeup=frozenset({two}), years=frozenset({2027})),
    ]
    assert len({calendar.version for calendar in variants}) == len(variants)
    assert Calendar(holidays=frozenset([two, one])).version == variants[3].version
    # Stored with dates for years: SHA-256 of the three lines "off 2027-01-01", "on 2027-01-02", "year 2027".
    assert variants[-1].version == "700b5f9ed2d6"


def test_ten_thousand_days_with_as_many_pauses_look_at_each_day_once() -> None:
    looked: list[date] = []

    class Watched(Calendar):
        def is_workday(self, day: date) -> bool:
            looked.append(day)
            return super().is_workday(day)

    pauses = [(NOVEMBER + timedelta(3 * k), NOVEMBER + timedelta(3 * k + 1)) for k in range(10_000)]
    due_on = Watched().add(NOVEMBER, 10_000, "workdays", reversed(pauses))
    assert due_on is not None
    assert len(looked) == len(set(looked)) < (due_on - NOVEMBER).days


@given(DAYS, COUNTS, UNITS, CLOSED)
def test_every_limit_ends_on_a_worked_day_that_is_not_paused(
    day: date, n: int, unit: Unit, pauses: list[tuple[date, date]]
) -> None:
    due_on = _add(day, n, unit, pauses)
    assert CALENDAR.is_workday(due_on)
    assert due_on >= day
    assert not any(start <= due_on < end for start, end in pauses)


@given(DAYS, st.integers(1, 90))
def test_counting_back_gives_the_number_of_working_days(day: date, n: int) -> None:
    due_on = _add(day, n, "workdays")
    assert CALENDAR.workdays_between(day, due_on) == n
    assert CALENDAR.workdays_between(due_on, day) == -n


@given(DAYS, COUNTS, UNITS, CLOSED)
def test_a_longer_limit_a_later_anchor_and_a_further_pause_never_end_earlier(
    day: date, n: int, unit: Unit, pauses: list[tuple[date, date]]
) -> None:
    due_on = _add(day, n, unit, pauses)
    assert _add(day, n + 1, unit, pauses) >= due_on
    assert _add(day + timedelta(1), n, unit, pauses) >= due_on
    assert _add(day, n, unit, pauses[1:]) <= due_on


@given(DAYS, st.integers(1, 90), UNITS, CLOSED)
def test_a_pause_in_two_halves_is_the_pause(
    day: date, n: int, unit: Unit, pauses: list[tuple[date, date]]
) -> None:
    halves = [
        half
        for start, end in pauses
        for middle in [start + (end - start) // 2]
        for half in [(middle, end), (start, middle)]
    ]
    assert _add(day, n, unit, halves) == _add(day, n, unit, pauses)
    assert merged(halves) == merged(pauses)
    assert all(end is not None and start < end for start, end in merged(halves))


@given(DAYS, st.integers(1, 90), CLOSED)
def test_calendar_days_are_short_of_the_date_only_by_days_off_and_pauses(
    day: date, n: int, pauses: list[tuple[date, date]]
) -> None:
    due_on = _add(day, n, "days", pauses)
    counted = [one for one in _days_after(day, due_on) if not any(a <= one < b for a, b in pauses)]
    assert len(counted) >= n
    assert not any(CALENDAR.is_workday(one) for one in counted[n - 1 : -1])


def _days_after(day: date, end: date) -> list[date]:
    return [day + timedelta(k) for k in range(1, (end - day).days + 1)]


@given(DAYS)
def test_the_next_working_day_is_the_day_itself_or_the_first_after_days_off(day: date) -> None:
    found = CALENDAR.next_workday(day)
    assert CALENDAR.next_workday(found) == found
    assert not any(CALENDAR.is_workday(day + timedelta(k)) for k in range((found - day).days))
    assert (found == day) == CALENDAR.is_workday(day)


@given(DAYS, CLOSED, st.integers(1, 60))
def test_unpaused_days_are_all_days_but_the_paused(
    day: date, pauses: list[tuple[date, date]], length: int
) -> None:
    until = day + timedelta(length)
    open_pause: list[Pause] = [*pauses, (until, None)]
    expected = [
        one
        for one in [day, *_days_after(day, until - timedelta(1))]
        if not any(start <= one < end for start, end in pauses)
    ]
    assert list(unpaused(day, open_pause)) == expected
