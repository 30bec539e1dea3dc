"""Which stored columns a template column fills, and with what; what of it goes into the commitment.

Written for speed: the writers of a kind are chosen once per load, then called per cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.columns.cells import (
    Account,
    AccountValue,
    DueCell,
    Identity,
    PeriodCell,
    PersonName,
    Place,
    YesNo,
)
from portal.columns.column import Column
from portal.imports.masking import shown
from portal.record.leaves import text
from portal.vault.digests import account_digest, identity_digest

Values = dict[str, str]


@dataclass(slots=True)
class Groups:
    """The three groups of a row's commitment, as strings by name."""

    what: Values
    who: Values
    kept: Values

    def of(self, column: Column) -> Values:
        """Return the group of a column."""
        return {"what": self.what, "who": self.who, "kept": self.kept}[column.group]


@dataclass(frozen=True)
class Secrets:
    """What turns numbers into digests and names into what the public sees."""

    matching_key: bytes
    policies: dict[str, str]


# (value, policy, groups) -> the values of the stored columns, as strings or None.
Write = Callable[[Any, str, Groups], tuple[str | None, ...]]


def stored_names(column: Column) -> tuple[str, ...]:
    """Return the database columns that a template column fills."""
    match column.cell:
        case Identity() | Account():
            return (f"{column.field}_digest", f"{column.field}_tail")
        case PersonName() if column.group == "who":
            return (column.field, f"{column.field}_public")
        case PeriodCell():
            return ("start_on", "end_on")
        case Place():
            return (f"{column.field}_id",)
        case _:
            return (column.field,)


def writer(column: Column, secrets: Secrets) -> Write:
    """Return the function that stores and commits the values of a column."""
    match column.cell:
        case Identity():
            return _identity(column, secrets)
        case Account():
            return _account(column, secrets)
        case PersonName():
            return _person(column)
        case PeriodCell():
            return _period(column)
        case _:
            return _plain(column)


def _identity(column: Column, secrets: Secrets) -> Write:
    name, key = column.field, secrets.matching_key

    def write(value: str, _policy: str, groups: Groups) -> tuple[str | None, ...]:
        digest = identity_digest(value, key).hex()
        groups.kept[name] = digest
        groups.kept[f"{name}_tail"] = value[-4:]
        return ("\\\\x" + digest, value[-4:])

    return write


def _account(column: Column, secrets: Secrets) -> Write:
    name, key = column.field, secrets.matching_key

    def write(value: AccountValue, _policy: str, groups: Groups) -> tuple[str | None, ...]:
        groups.kept[f"{name}_tail"] = value.tail
        if value.digits is None:
            return (None, value.tail)
        digest = account_digest(value.digits, key).hex()
        groups.kept[name] = digest
        return ("\\\\x" + digest, value.tail)

    return write


def _person(column: Column) -> Write:
    name = column.field
    is_public = column.group == "who"

    def write(value: str, policy: str, groups: Groups) -> tuple[str | None, ...]:
        groups.kept[name] = text(value)
        if not is_public:
            return (_escaped(value),)
        visible = shown(value, policy)
        if visible:
            groups.who[name] = text(visible)
        return (_escaped(value), _escaped(visible))

    return write


def _period(column: Column) -> Write:
    name = column.field

    def write(value: Any, _policy: str, groups: Groups) -> tuple[str | None, ...]:
        groups.what[name] = value.label()
        return (value.start.isoformat(), value.end.isoformat())

    return write


def _plain(column: Column) -> Write:
    name, group, canon = column.field, column.group, column.cell.canon
    is_flag = isinstance(column.cell, YesNo)
    is_safe = not isinstance(column.cell, DueCell) and group == "what"

    def write(value: Any, _policy: str, groups: Groups) -> tuple[str | None, ...]:
        committed = canon(value)
        groups.of(column)[name] = committed
        if is_flag:
            return ("t" if value else "f",)
        return (
            committed if is_safe and committed.isascii() and "\\" not in committed else _escaped(committed),
        )

    return write


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _escaped(value: str) -> str:
    """Return text fit for COPY's text format."""
    return value.translate(_ESCAPES) if not value.isalnum() else value
