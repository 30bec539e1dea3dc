"""What may be told of counts that hold small ones (pure).

A count of reports still being worked on is told from three on. Whoever reads the page may know much else: the
results are public one by one, and the public log tells how many reports came in each week. So a total is told
only where no small count follows from it, however much of the rest is known. Let `open` be a cell's reports
being worked on and `quiet` those finished without a public result: what the log and the results give away is
their sum, never how it splits. Whoever looks every day must not see a single report come in either: that
nothing is open is said of years that are over only.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

LEAST = 3

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Cell:
    """One place and month: reports being worked on, and reports finished without a public result."""

    open: int = 0
    quiet: int = 0

    @property
    def rest(self) -> int:
        """What is left of the received ones after those with a public result; anybody may work it out."""
        return self.open + self.quiet


@dataclass(frozen=True)
class Released(Generic[K]):
    """What is told of one row of cells: counts from three on, and both totals or neither (None)."""

    shown: Mapping[K, int]
    open: int | None
    quiet: int | None

    @property
    def is_exact(self) -> bool:
        """Whether the totals are told."""
        return self.open is not None

    @property
    def least(self) -> int:
        """The total of open ones, or what it is at least."""
        return sum(self.shown.values()) if self.open is None else self.open


def release(cells: Mapping[K, Cell], *, is_over: bool) -> Released[K]:
    """Return what may be told of a row of cells; its keys may not depend on what is open.

    `is_over`: no report can be added any more.
    """
    shown = {key: cell.open for key, cell in cells.items() if cell.open >= LEAST}
    hidden = [cell for cell in cells.values() if cell.open < LEAST]
    quiet = sum(cell.quiet for cell in cells.values())
    if 0 < quiet < LEAST or not _may_total(hidden, is_over=is_over):
        return Released(shown, None, None)
    return Released(shown, sum(cell.open for cell in cells.values()), quiet)


def _may_total(hidden: list[Cell], *, is_over: bool) -> bool:
    """Return whether every small count could be something else although the total is known, or is untold.

    Decided by `rest` first, which tells nothing new; then either nothing is open, or so much less than could
    be that any one cell may be empty.
    """
    rests = [cell.rest for cell in hidden if cell.rest]
    if not rests:
        return is_over
    if len(rests) < 2:
        return False
    most = [min(LEAST - 1, rest) for rest in rests]
    total = sum(cell.open for cell in hidden)
    return (is_over and total == 0) or LEAST <= total <= sum(most) - max(most)


def part_of(part: int, *, whole: int) -> int | None:
    """Return a part of the open ones (those overdue) where it is told; `whole` is what is told of them."""
    return part if LEAST <= part <= whole else None


def split(whole: int, part: int) -> int | None:
    """Return a part of a told whole, unless it or what is left of it is small."""
    return part if min(part, whole - part) >= LEAST else None


def mean(total: int, count: int) -> float | None:
    """Return the mean of ratings, from three on."""
    return round(total / count, 1) if count >= LEAST else None
