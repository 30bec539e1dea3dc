"""Which day of a public window it is."""

from __future__ import annotations

from datetime import date

import pytest

from portal.catalogue.models import CatalogueItem
from portal.pages.windows import MOST_BOXES, Window, counted_window, told_window
from portal.workdays.arithmetic import Calendar

FIRST, LAST = date(2026, 11, 21), date(2026, 11, 27)


def _told(today: date) -> Window:
    return told_window(FIRST, LAST, today=today)


@pytest.mark.parametrize(
    ("day", "number", "left", "is_open"),
    [(20, 0, 7, False), (21, 1, 6, True), (23, 3, 4, True), (27, 7, 0, True), (28, 7, -1, False)],
)
def test_a_told_window_counts_its_days(day: int, number: int, left: int, is_open: bool) -> None:
    window = _told(date(2026, 11, day))
    assert (window.number, window.left, window.is_open) == (number, left, is_open)
    assert (window.is_before, window.is_over) == (day < 21, day > 27)


def test_boxes_say_what_is_over_and_what_is_today() -> None:
    boxes = _told(date(2026, 11, 23)).boxes
    assert [(box.is_over, box.is_today) for box in boxes[:4]] == [
        (True, False),
        (True, False),
        (False, True),
        (False, False),
    ]
    assert len(boxes) == 7
    assert all(box.is_over and not box.is_today for box in _told(date(2026, 12, 1)).boxes)


@pytest.mark.parametrize(("days", "boxes"), [(MOST_BOXES, MOST_BOXES), (MOST_BOXES + 1, 0)])
def test_a_long_window_has_no_boxes(days: int, boxes: int) -> None:
    window = told_window(date(2026, 11, 1), date(2026, 11, days), today=FIRST)
    assert len(window.boxes) == boxes


def _counted(posted_on: date, today: date, *, unit: str, days: int = 7) -> Window:
    item = CatalogueItem(window_days=days, window_unit=unit)
    window = counted_window(posted_on, item, Calendar(), today=today)
    assert window is not None
    return window


def test_the_day_of_posting_is_not_counted_but_objections_are_taken() -> None:
    window = _counted(date(2026, 11, 18), date(2026, 11, 18), unit="calendar")
    assert (window.start_on, window.end_on) == (date(2026, 11, 19), date(2026, 11, 25))
    assert (window.is_open, window.is_before, window.number) == (True, True, 0)


def test_a_window_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    window = _counted(FIRST, date(2026, 11, 28), unit="calendar")
    assert window.end_on == date(2026, 11, 30)
    assert window.is_open


def test_working_days_leave_weekends_out() -> None:
    window = _counted(date(2026, 11, 18), date(2026, 11, 22), unit="working", days=5)
    assert [day.day for day in window.days] == [19, 20, 23, 24, 25]
    assert (window.number, window.left) == (2, 3)


def test_an_item_without_a_window_has_none() -> None:
    assert counted_window(FIRST, CatalogueItem(window_days=None), Calendar(), today=FIRST) is None
