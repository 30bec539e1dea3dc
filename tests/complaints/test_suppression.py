"""No small count of open reports follows from what is told, whoever adds up whatever else is public."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import product

import pytest

from complaints.results import publicledger
from complaints.results.suppression import Cell, mean, part_of, release, split

_SMALL = {1, 2}


def worlds(months: int, most: int) -> list[tuple[Cell, ...]]:
    """Return every row of so many months with at most so many reports in each."""
    cells = [Cell(some, rest - some) for rest in range(most + 1) for some in range(rest + 1)]
    return list(product(cells, repeat=months))


@pytest.mark.parametrize("is_over", [True, False])
@pytest.mark.parametrize(("months", "most"), [(1, 9), (2, 6), (3, 5), (4, 3)])
def test_no_open_count_of_one_or_two_follows(months: int, most: int, is_over: bool) -> None:
    """A reader knows the rule, the sums of open and quiet ones of every month, and all that is told."""
    alike: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for row in worlds(months, most):
        told = release(dict(enumerate(row)), is_over=is_over)
        known = tuple(cell.rest for cell in row)
        alike[known, tuple(told.shown.items()), told.open, told.quiet].append(tuple(c.open for c in row))
    # Where one report at all is left, whether it is open or quiet stays unknown.
    for possible in alike.values():
        for month in range(months):
            found = {row[month] for row in possible}
            assert not found <= _SMALL, (found, possible[:3])
        totals = {sum(row) for row in possible}
        assert not totals <= _SMALL, totals


def test_a_total_is_told_where_it_hides_the_parts() -> None:
    told = release({month: Cell(1, 3) for month in range(4)}, is_over=False)
    assert (told.shown, told.open, told.quiet, told.least) == ({}, 4, 12, 4)
    assert release({1: Cell(3, 0), 2: Cell(4, 0)}, is_over=True).open == 7


def test_a_total_that_gives_a_part_away_is_not_told() -> None:
    told = release({1: Cell(9, 3), 2: Cell(1, 0), 3: Cell(0, 0)}, is_over=True)
    assert (told.shown, told.is_exact, told.least) == ({1: 9}, False, 9)


def test_a_finished_year_is_told_in_full() -> None:
    told = release({month: Cell(0, 2) for month in range(12)}, is_over=True)
    assert (told.open, told.quiet) == (0, 24)


@pytest.mark.parametrize(("quiet", "told"), [(1, None), (2, None), (3, 3)])
def test_few_finished_without_a_result_are_not_told(quiet: int, told: int | None) -> None:
    row = {month: Cell(0, 1) for month in range(quiet)}
    assert release(row, is_over=True).quiet == told


@pytest.mark.parametrize("new", [1, 2])
def test_nobody_sees_a_single_report_come_in(new: int) -> None:
    """In a year that is not over, the first and the second report of a month change nothing."""
    for others in product([Cell(0, 0), Cell(0, 3), Cell(4, 0), Cell(4, 3)], repeat=3):
        before, after = (
            release({**dict(enumerate(others)), 9: Cell(some, 0)}, is_over=False) for some in (0, new)
        )
        assert before == after


@pytest.mark.parametrize("open_and_overdue", [(0, 0), (2, 2), (3, 2), (4, 5)])
def test_few_overdue_are_not_told(open_and_overdue: tuple[int, int]) -> None:
    whole, part = open_and_overdue
    assert part_of(part, whole=whole) is None


def test_an_overdue_count_tells_nothing_of_a_hidden_month() -> None:
    """The same figures come out whether the hidden month is empty or not."""
    for overdue in range(8):
        told = {
            part_of(overdue, whole=release({1: Cell(5, 0), 2: Cell(hidden, 3 - hidden)}, is_over=False).least)
            for hidden in range(3)
        }
        assert len(told) == 1


def test_refused_ones_are_told_where_neither_part_is_small() -> None:
    assert [split(9, part) for part in (0, 2, 3, 6, 7, 9)] == [None, None, 3, 6, None, None]


def test_a_mean_is_told_from_three_ratings_on() -> None:
    assert (mean(10, 2), mean(13, 3)) == (None, 4.3)


def test_no_figure_of_two_offices_gives_a_small_count_away() -> None:
    """The page of everything and the page of each office, held against each other."""
    today, months = date(2026, 2, 10), (1, 2)
    offices = [
        [line(month, cell, late) for month, cell in zip(months, row, strict=True)]
        for row in worlds(2, 3)
        for late in (False, True)
    ]
    pages = [
        publicledger.figures_from({(1, 2026): lines}, year=None, today=today, offices=1) for lines in offices
    ]
    alike: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for (first, alone), (second, other) in product(zip(offices, pages, strict=True), repeat=2):
        rows = {(1, 2026): first, (2, 2026): second}
        both = publicledger.figures_from(rows, year=None, today=today, offices=2)
        known = tuple(one["open"] + one["quiet"] for one in [*first, *second])
        alike[known, repr((both, alone, other))].append(tuple(one["open"] for one in [*first, *second]))
    for possible in alike.values():
        for place in range(4):
            assert not {row[place] for row in possible} <= _SMALL
        assert not {sum(row) for row in possible} <= _SMALL


def line(month: int, cell: Cell, late: bool) -> dict[str, int]:
    """Return the counts of one office and month as the database gives them."""
    told = {"year": 2026, "month": month, "open": cell.open, "overdue": cell.open if late else 0}
    return {**told, "quiet": cell.quiet, "refused": cell.quiet, "public": 0, "rated": 0, "stars": 0}
