"""Cells and sheets before anybody knows what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Self

# The number of the row as the clerk's program shows it, and its trimmed cells.
RawRow = tuple[int, list[str]]


class Unreadable(str):
    """A cell that shows something but holds no value; `why` says so in Chinese."""

    __slots__ = ("why",)
    why: str

    def __new__(cls, text: str, why: str) -> Self:
        """Make the cell from what it shows."""
        cell = super().__new__(cls, text)
        cell.why = why
        return cell

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # str's takes one
        """Let workers in other processes have it."""
        return str(self), self.why


class DayText(str):
    """A day of a spreadsheet as 2026-10-31; `shown` is what its format leaves of it (2026-10)."""

    __slots__ = ("shown",)
    shown: str

    def __new__(cls, text: str, shown: str) -> Self:
        """Make the cell from its day."""
        cell = super().__new__(cls, text)
        cell.shown = shown
        return cell

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # str's takes one
        """Let workers in other processes have it."""
        return str(self), self.shown


@dataclass(frozen=True)
class Limits:
    """How much of a file is read before it counts as an attack or a mistake."""

    inflated: int = 200 * 1024**2  # bytes of one part of a workbook
    ratio: int = 200  # inflated to packed, where it matters at all
    ratio_from: int = 20 * 1024**2
    parts: int = 5_000
    packed: int = 100 * 1024**2
    rows: int = 1_048_576  # what xlsx itself allows
    columns: int = 200
    text: int = 32_767  # characters in a cell, what xlsx itself allows
    merges: int = 100_000
    sheets: int = 300


@dataclass
class Sheet:
    """One table of a file; `read` starts from the first row each time it is called.

    `notes` receives remarks on the file's shape while the sheet is being read.
    """

    name: str
    read: Callable[[], Iterator[RawRow]]
    hidden: bool = False
    # A csv row longer than its header has an unquoted comma; in xlsx it is a remark at the side.
    ragged: bool = False
    notes: list[str] = field(default_factory=list)
