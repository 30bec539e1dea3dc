"""Turns raw cells into lines of COPY with their commitments: the hot path of every load."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import NOT_PROVIDED
from uuid_utils import uuid7

from portal.columns.cells import Choice, Date, PeriodCell, Place, Rate, Text
from portal.columns.column import CellError, Column
from portal.columns.row import Given, Row
from portal.imports.origins import PUBLIC_ID, Origin
from portal.imports.places import Gazetteer, PlaceKey
from portal.imports.reading.errors import RowError
from portal.imports.reading.headers import BoundColumn
from portal.imports.storing import Groups, Secrets, Write, stored_names, writer
from portal.record.leaves import RowName, row_leaf
from portal.releases.registry import Disclosure

# Kinds of cells whose texts repeat.
_REPEATING = (Choice, Date, PeriodCell, Place, Rate, Text)
_REMEMBERED = 4096
RawRow = tuple[int, list[str]]
LISTED_ERRORS = 1000
_IDENTITY = ("id", "first_id", "version", "position", "release_id", "county", "region_id", "seed", "leaf")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that a load knows before its first row."""

    disclosure: Disclosure
    headers: Sequence[BoundColumn | None]
    sheet: str
    given: Given
    gazetteer: Gazetteer
    lookups: Any
    secrets: Secrets
    # The release that rows of each catalogue item will belong to.
    releases: dict[str, UUID]
    first_position: int = 0
    # Only where rows are corrected or edited: the versions they come from, by public id.
    origins: dict[str, Origin] = field(default_factory=dict)


@dataclass
class Built:
    """What became of some rows: COPY text per catalogue item, figures, errors."""

    blocks: dict[str, list[bytes]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    error_count: int = 0
    wrong_rows: int = 0
    unchanged: int = 0
    # (old row, new row or None where the line is withdrawn)
    replaced: list[tuple[UUID, UUID | None]] = field(default_factory=list)

    def add(self, other: Built) -> None:
        """Take over another's figures and errors (not its blocks)."""
        for item, count in other.rows.items():
            self.rows[item] = self.rows.get(item, 0) + count
            self.amounts[item] = self.amounts.get(item, Decimal(0)) + other.amounts[item]
        self.errors.extend(other.errors[: LISTED_ERRORS - len(self.errors)])
        self.error_count += other.error_count
        self.wrong_rows += other.wrong_rows
        self.unchanged += other.unchanged
        self.replaced.extend(other.replaced)


def copy_columns(disclosure: Disclosure) -> list[str]:
    """Return the stored columns in the order of a COPY line."""
    names = [name for column in _plain_columns(disclosure) for name in stored_names(column)]
    return [*_IDENTITY, *names]


def _plain_columns(disclosure: Disclosure) -> list[Column]:
    return [column for column in disclosure.columns if column.field != "region"]


def _blank(disclosure: Disclosure, name: str) -> str:
    """Return what COPY reads for a blank stored column: NULL, or the empty or default text."""
    try:
        stored: Any = disclosure.model._meta.get_field(name)
    except FieldDoesNotExist:
        return ""  # a private column: text, never null
    if stored.null:
        return "\\N"
    return "" if stored.default is NOT_PROVIDED else str(stored.default)


def _reader(bound: BoundColumn, today: date) -> Callable[[str], Any]:
    """Return what reads a column's cells; cells that repeat from row to row are read once."""
    parse = partial(bound.parse, today=today)
    if not isinstance(bound.column.cell, _REPEATING):
        return parse
    remembered = lru_cache(_REMEMBERED)(parse)
    # A cell that a spreadsheet marked equals the plain one, and means something else.
    return lambda raw: remembered(raw) if type(raw) is str else parse(raw)


class Builder:
    """Builds rows of one sheet; pure apart from the randomness of ids and seeds."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.bound = [(at, bound) for at, bound in enumerate(plan.headers) if bound is not None]
        self.readers = [
            (at, bound.column.field, bound.column.header, _reader(bound, plan.given.today))
            for at, bound in self.bound
        ]
        self.required = {
            bound.column.field
            for _, bound in self.bound
            if bound.column.required and bound.column is not PUBLIC_ID
        }
        self.by_field = {column.field: column for column in (PUBLIC_ID, *plan.disclosure.columns)}
        self.blanks: list[str] = []
        self.writers: dict[str, Write] = {}
        for column in _plain_columns(plan.disclosure):
            self.writers[column.field] = writer(column, plan.secrets, len(self.blanks))
            self.blanks += [_blank(plan.disclosure, name) for name in stored_names(column)]
        self.defaults = {
            column.field: column_default
            for column in plan.disclosure.columns
            if isinstance(column.cell, Choice)
            and (column_default := _blank(plan.disclosure, column.field)) not in {"", "\\N"}
        }
        self.is_amending = any(bound.column is PUBLIC_ID for _, bound in self.bound)
        self.region_column = self.by_field.get("region")

    def build(self, rows: Iterable[RawRow]) -> Built:
        """Build rows; a row with any error yields no line but all its errors."""
        built = Built()
        lines: dict[str, list[str]] = {}
        for number, cells in rows:
            origin = self._origin(built, number, cells) if self.is_amending else None
            if origin is not None and self._is_withdrawn(cells):
                built.replaced.append((origin.row_id, None))
                continue
            row, raw = self._read(number, cells, origin)
            place_key = self._place(row)
            self.plan.disclosure.prepare(row, self.plan.given, self.plan.lookups)
            if row.item not in self.plan.releases and not row.errors:
                row.error("", f"目录里没有 {row.item} 这一项，请核对补贴项目的公开目录编码")
            if row.errors:
                self._note(built, row, raw)
                continue
            assert place_key is not None  # noqa: S101 # a row without errors has its place
            line = self._line(built, row, place_key, origin)
            if line is not None:
                lines.setdefault(row.item, []).append(line)
                self._count(built, row)
        built.blocks = {item: ["".join(texts).encode()] for item, texts in lines.items()}
        return built

    def _count(self, built: Built, row: Row) -> None:
        built.rows[row.item] = built.rows.get(row.item, 0) + 1
        name = self.plan.disclosure.amount
        amount = row.values[name] if name else Decimal(0)
        built.amounts[row.item] = built.amounts.get(row.item, Decimal(0)) + amount

    def _origin(self, built: Built, number: int, cells: list[str]) -> Origin | None:
        """Return the version a line corrects, None for a new line; note an unknown number."""
        at = next(at for at, bound in self.bound if bound.column is PUBLIC_ID)
        told = cells[at] if at < len(cells) else ""
        if told and told not in self.plan.origins:
            message = "没有这个公开编号，或那一行已经更正过。请重新下载这一批再改"
            self._note(built, Row(number, {}, "", [("public_id", message)]), {"public_id": told})
        return self.plan.origins.get(told)

    def _is_withdrawn(self, cells: list[str]) -> bool:
        return not any(
            cells[at] for at, bound in self.bound if bound.column is not PUBLIC_ID and at < len(cells)
        )

    def _read(self, number: int, cells: list[str], origin: Origin | None) -> tuple[Row, dict[str, str]]:
        given = self.plan.given
        row = Row(number, {}, given.item)
        values = row.values
        raw: dict[str, str] = {}
        width = len(cells)
        for at, name, header, read in self.readers:
            cell = cells[at] if at < width else ""
            if cell:
                raw[name] = cell
                if origin is not None and name in origin.kept and cell.startswith("****"):
                    values[name] = origin.kept[name]
                    continue
                try:
                    values[name] = read(cell)
                except CellError as error:
                    row.errors.append((name, str(error)))
            elif name in self.required:
                row.errors.append((name, f"“{header}”不能空着"))
        values.pop("public_id", None)
        for name, default in self.defaults.items():
            values.setdefault(name, default)
        return row, raw

    def _place(self, row: Row) -> PlaceKey | None:
        """Return the row's place; the releasing body's own where the cell may be blank."""
        gazetteer = self.plan.gazetteer
        told = row.values.pop("region", None)
        if told is None:
            if any(name == "region" for name, _ in row.errors):
                return None
            column = self.region_column
            if column is not None and column.conditional and not gazetteer.is_narrowest:
                row.error("region", f"“{column.header}”不能空着，请写村名或 12 位代码")
                return None
            return gazetteer.home
        try:
            found, group = gazetteer.find(told)
        except CellError as error:
            row.error("region", str(error))
            return None
        if group and "group_name" in self.by_field:
            row.values.setdefault("group_name", group)
        return found

    def _note(self, built: Built, row: Row, raw: dict[str, str]) -> None:
        built.wrong_rows += 1
        built.error_count += len(row.errors)
        for name, message in row.errors:
            if len(built.errors) >= LISTED_ERRORS:
                return
            column = self.by_field.get(name)
            built.errors.append(RowError.at(self.plan.sheet, row.number, column, raw.get(name, ""), message))

    def _line(self, built: Built, row: Row, place: PlaceKey, origin: Origin | None) -> str | None:
        """Return the line of COPY, or None for a version that would say what its origin says."""
        plan = self.plan
        policy = "full" if row.is_organisation else plan.secrets.policies[row.item]
        groups = Groups({"region": place.code}, {}, {})
        stored = self.blanks.copy()
        writers = self.writers
        for name, value in row.values.items():
            writers[name](value, policy, groups, stored)
        if origin is not None and self._is_same(origin, groups):
            built.unchanged += 1
            return None
        row_id = first_id = str(uuid7())
        version, position = 1, plan.first_position + row.number
        if origin is not None:
            built.replaced.append((origin.row_id, UUID(row_id)))
            first_id = str(origin.first_id or row_id)
            version, position = origin.next_version, origin.position
        seed = os.urandom(16)
        leaf_hash = self._leaf(row_id, version, seed, groups)
        head = (
            f"{row_id}\t{first_id}\t{version}\t{position}\t{plan.releases[row.item]}"
            f"\t{plan.given.county}\t{place.pk}\t\\\\x{seed.hex()}\t\\\\x{leaf_hash.hex()}\t"
        )
        return head + "\t".join(stored) + "\n"

    def _leaf(self, row_id: str, version: int, seed: bytes, groups: Groups) -> bytes:
        name = RowName(self.plan.disclosure.code, row_id, version)
        return row_leaf(name, seed, what=groups.what, who=groups.who, kept=groups.kept)[1]

    def _is_same(self, origin: Origin, groups: Groups) -> bool:
        return self._leaf(str(origin.row_id), origin.version, origin.seed, groups) == origin.leaf
