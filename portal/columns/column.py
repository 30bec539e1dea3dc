"""A column of an import template, and what every kind of cell can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Group = Literal["what", "who", "kept"]


class CellError(ValueError):
    """A cell that cannot be read.

    The message is Chinese, says what is wrong and what to write instead, and never repeats the
    cell: it may be an identity number, and exceptions end up in logs.
    """


class Cell(ABC):
    """A kind of cell: how its text becomes a value, and the value a string for the commitment."""

    @abstractmethod
    def parse(self, raw: str, *, today: date | None = None) -> Any:  # each kind has its own type
        """Return the value of a trimmed, non-empty text; raise CellError for anything doubtful.

        `today` is needed only where a day may not lie in the future; without it nobody looks.
        """

    @abstractmethod
    def canon(self, value: Any) -> str:  # the type parse returned, or the database gave back
        """Return the one string for `value` that a row's commitment holds."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its header in the template, its field on the row, and the kind of its cells.

    `instead` names the fields of columns that together may stand for this one in other people's tables
    (收入金额 and 支出金额 for 收支); the kind's `prepare` turns them into what is stored.
    """

    header: str
    field: str
    cell: Cell
    required: bool = False
    # Required under a condition that only the kind knows (`†` in the template's description).
    conditional: bool = False
    aliases: tuple[str, ...] = ()
    group: Group = "what"
    public: bool = True
    help: str = ""
    example: str = ""
    instead: tuple[str, ...] = ()
