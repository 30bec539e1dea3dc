"""Rows as staff see them: the kind's columns in order, with the private values of officials' screens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from portal.columns.cells import Amount, Choice, Count, Money
from portal.columns.column import Column
from portal.releases.models import DisclosedRow, Release
from portal.releases.registry import Disclosure
from portal.releases.staff.words import period_word

PER_PAGE = 100
MINUS = "−"  # the minus of the whole portal
Private = Mapping[UUID, Mapping[str, str]]


@dataclass(frozen=True)
class Line:
    """One row: its number in the file and the text of each column."""

    pk: UUID
    position: int
    texts: list[str]


@dataclass(frozen=True)
class Table:
    """A page of rows; columns in which this page has nothing are left out."""

    columns: list[Column]
    lines: list[Line]

    @property
    def numeric(self) -> list[bool]:
        """Which columns hold numbers, and stand to the right."""
        return [is_number(column) for column in self.columns]

    @property
    def cells(self) -> list[tuple[Line, list[tuple[str, str, bool]]]]:
        """Each line with its (header, text, is a number) cells."""
        heads = [column.header for column in self.columns]
        return [(line, list(zip(heads, line.texts, self.numeric, strict=True))) for line in self.lines]


def is_number(column: Column) -> bool:
    """Return whether a column holds numbers."""
    return isinstance(column.cell, (Amount, Count))


def rows_of(disclosure: Disclosure, release: Release, *, start: int = 1, count: int = PER_PAGE) -> Table:
    """Return the rows of a release from a position on (by key, so that page 1,000 costs what page 1 does)."""
    rows = list(
        disclosure.model._default_manager.filter(release=release, position__gte=start)
        .select_related("region")
        .order_by("position")[:count]
    )
    return table(disclosure, rows)


def table(disclosure: Disclosure, rows: Sequence[DisclosedRow]) -> Table:
    """Return rows with all their columns, less those that are blank throughout."""
    private = private_values(disclosure, [row.pk for row in rows])
    columns = list(disclosure.columns)
    lines = [Line(row.pk, row.position, texts(disclosure, row, private)) for row in rows]
    used = [index for index in range(len(columns)) if any(line.texts[index] for line in lines)]
    return Table(
        [columns[index] for index in used],
        [Line(line.pk, line.position, [line.texts[index] for index in used]) for line in lines],
    )


def texts(disclosure: Disclosure, row: DisclosedRow, private: Private) -> list[str]:
    """Return the text of each of the kind's columns."""
    hidden = private.get(row.pk, {})
    return [_text(column, row, hidden) for column in disclosure.columns]


def private_values(disclosure: Disclosure, ids: Iterable[UUID]) -> Private:
    """Return the private columns of some rows, through the database's one door for officials."""
    wanted = list(ids)
    if not disclosure.private or not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, value FROM releases_private(%s::text::regclass, %s::uuid[], %s::text[])",
            [
                connection.ops.quote_name(disclosure.model._meta.db_table),
                wanted,
                list(disclosure.private),
            ],
        )
        return {row_id: _decoded(value) for row_id, value in cursor.fetchall()}


def _decoded(value: Any) -> Mapping[str, str]:  # jsonb arrives as text or as a dict, by the driver's setting
    import json

    return json.loads(value) if isinstance(value, str) else value or {}


def _text(column: Column, row: DisclosedRow, hidden: Mapping[str, str]) -> str:
    name = column.field
    if hidden.get(name):
        return hidden[name]
    if tail := hidden.get(f"{name}_tail"):
        return f"…{tail}"
    if name == "region":
        return row.region.short_name
    if name == "period":
        return _period(getattr(row, "start_on", None), getattr(row, "end_on", None))
    value = getattr(row, name, None)
    if value is None:
        value = getattr(row, f"{name}_public", None)
    return shown(column, value)


def _period(start: date | None, end: date | None) -> str:
    if start is None or end is None:
        return ""
    return period_word(start, end)


def shown(column: Column, value: Any) -> str:
    """Return a stored value as text: money with separators, choices by their word, days as typed."""
    if value is None or value == "":
        return ""
    if isinstance(value, Decimal):
        return number(value, places=2 if isinstance(column.cell, Money) else None)
    if isinstance(column.cell, Choice):
        return {stored: word for word, stored in column.cell.options.items()}.get(value, str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def number(value: Decimal, *, places: int | None) -> str:
    """Return a number with separators; without `places`, without idle zeros."""
    text = f"{abs(value):,.{places}f}" if places is not None else f"{abs(value):,f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return (MINUS if value < 0 else "") + text
