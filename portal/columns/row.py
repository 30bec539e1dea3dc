"""A row while it is read: its values by field, what is wrong with it, what the load was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.columns.periods import Period


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the whole load was told, so that a file need not repeat it in every row."""

    period: Period
    today: date
    item: str
    county: str
    is_notice: bool = False
    is_history: bool = False
    # The digits that every code inside the releasing body's place begins with.
    within: str = ""


@dataclass(slots=True)
class Row:
    """One row under construction.

    `values` maps field names to parsed values; a field whose cell was blank or wrong is absent.
    `prepare` of a kind fills defaults, derives values and adds errors as (field, message).
    `is_organisation` says that the named party is no natural person: its name is never masked.
    `organisations` are further fields of names that hold no natural person's.
    `place` is the 12-digit code of the row's place; where a kind finds the place itself and the cell is
    blank, `prepare` fills it.
    """

    number: int
    values: dict[str, Any]
    item: str
    errors: list[tuple[str, str]] = field(default_factory=list)
    is_organisation: bool = False
    place: str = ""
    organisations: frozenset[str] = frozenset()

    def get(self, name: str) -> Any:
        """Return a field's value or None."""
        return self.values.get(name)

    def is_wrong(self, *names: str) -> bool:
        """Say whether anything is wrong with one of these fields already."""
        return any(name in names for name, _ in self.errors)

    def need(self, name: str, message: str) -> None:
        """Note an error where this row needs a cell that is blank; a zero is no blank."""
        if self.values.get(name) in (None, "") and not self.is_wrong(name):
            self.error(name, message)

    def error(self, name: str, message: str) -> None:
        """Note what is wrong with a field, in words that say what to write instead."""
        self.errors.append((name, message))
