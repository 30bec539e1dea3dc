"""Which stored columns a template column fills, and with what; what of it goes into the commitment.

Written for speed: the writers of a kind are chosen once per load, then called per cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from portal.columns.cells import (
    Account,
    AccountValue,
    Identity,
    OfficialName,
    PeriodCell,
    PersonName,
    Place,
    YesNo,
)
from portal.columns.column import Column
from portal.columns.periods import Period
from portal.record.leaves import text
from portal.releases.masking import shown
from portal.vault.digests import account_digest, identity_digest

Values = dict[str, str]


@dataclass(slots=True)
class Groups:
    """The three groups of a row's commitment, as strings by name."""

    what: Values
    who: Values
    kept: Values


@dataclass(frozen=True, slots=True)
class Kept:
    """A number that a new version keeps from the old one: its digest (hex) and last digits."""

    digest: str | None
    tail: str

    @property
    def is_blank(self) -> bool:
        """Whether the old version had no such number (old years may lack it)."""
        return self.digest is None and not self.tail


@dataclass(frozen=True)
class Secrets:
    """What turns numbers into digests and names into what the public sees."""

    matching_key: bytes
    policies: dict[str, str]


# (value, policy, groups, stored): puts the stored texts into `stored` and the commitment into `groups`.
Write = Callable[[Any, str, Groups, list[str]], None]


def stored_names(column: Column) -> tuple[str, ...]:
    """Return the database columns that a template column fills."""
    match column.cell:
        case Identity() | Account():
            return (f"{column.field}_digest", f"{column.field}_tail")
        case OfficialName():
            return (column.field,)
        case PersonName() if column.group == "who":
            return (column.field, f"{column.field}_public")
        case PeriodCell():
            return ("start_on", "end_on")
        case Place():
            return (f"{column.field}_id",)
        case _:
            return (column.field,)


def writer(column: Column, secrets: Secrets, at: int) -> Write:
    """Return the function that stores a column's values from index `at` on, and commits them."""
    match column.cell:
        case Identity():
            return _identity(column, secrets, at)
        case Account():
            return _account(column, secrets, at)
        case PersonName() if not isinstance(column.cell, OfficialName):
            return _person(column, at)
        case PeriodCell():
            return _period(column, at)
        case YesNo():
            return _yes_no(column, at)
        case _:
            return _plain(column, at)


def _identity(column: Column, secrets: Secrets, at: int) -> Write:
    name, tail, key = column.field, f"{column.field}_tail", secrets.matching_key

    def write(value: str | Kept, _policy: str, groups: Groups, stored: list[str]) -> None:
        digest: str | None
        if isinstance(value, Kept):
            if value.is_blank:
                return
            digest, last = value.digest, value.tail
        else:
            digest, last = identity_digest(value, key).hex(), value[-4:]
        groups.kept[tail] = stored[at + 1] = last
        if digest is not None:
            groups.kept[name] = digest
            stored[at] = "\\\\x" + digest

    return write


def _account(column: Column, secrets: Secrets, at: int) -> Write:
    name, tail, key = column.field, f"{column.field}_tail", secrets.matching_key

    def write(value: AccountValue | Kept, _policy: str, groups: Groups, stored: list[str]) -> None:
        if isinstance(value, Kept) and value.is_blank:
            return
        groups.kept[tail] = stored[at + 1] = value.tail
        digest = value.digest if isinstance(value, Kept) else _account_digest(value, key)
        if digest is not None:
            groups.kept[name] = digest
            stored[at] = "\\\\x" + digest

    return write


def _account_digest(value: AccountValue, key: bytes) -> str | None:
    return None if value.digits is None else account_digest(value.digits, key).hex()


def _person(column: Column, at: int) -> Write:
    name = column.field
    is_public = column.group == "who"

    def write(value: str, policy: str, groups: Groups, stored: list[str]) -> None:
        groups.kept[name] = text(value)
        stored[at] = escaped(value)
        if is_public and (visible := shown(value, policy)):
            groups.who[name] = text(visible)
            stored[at + 1] = escaped(visible)

    return write


def _period(column: Column, at: int) -> Write:
    name = column.field

    @lru_cache(1024)
    def texts(value: Period) -> tuple[str, str, str]:
        return value.label(), value.start.isoformat(), value.end.isoformat()

    def write(value: Period, _policy: str, groups: Groups, stored: list[str]) -> None:
        groups.what[name], stored[at], stored[at + 1] = texts(value)

    return write


def _yes_no(column: Column, at: int) -> Write:
    name, canon = column.field, column.cell.canon

    def write(value: Any, _policy: str, groups: Groups, stored: list[str]) -> None:
        groups.what[name] = canon(value)
        stored[at] = "t" if value else "f"

    return write


def _plain(column: Column, at: int) -> Write:
    name, group, canon = column.field, column.group, column.cell.canon

    @lru_cache(4096)
    def texts(value: Any) -> tuple[str, str]:
        committed = canon(value)
        return committed, escaped(committed)

    def write(value: Any, _policy: str, groups: Groups, stored: list[str]) -> None:
        getattr(groups, group)[name], stored[at] = texts(value)

    def write_what(value: Any, _policy: str, groups: Groups, stored: list[str]) -> None:
        groups.what[name], stored[at] = texts(value)

    return write_what if group == "what" else write


_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def escaped(value: str) -> str:
    """Return text fit for COPY's text format."""
    return value.translate(_ESCAPES) if _SPECIAL.search(value) else value
