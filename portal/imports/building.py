"""Turns raw cells into lines of COPY with their commitments: the hot path of every load."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import NOT_PROVIDED
from uuid_utils import uuid7

from portal.columns.cells import Account, AccountValue, Choice, Date, PeriodCell, Place, Rate, Text
from portal.columns.column import CellError, Column
from portal.columns.row import Row
from portal.imports.origins import PUBLIC_ID, Origin
from portal.imports.places import PlaceKey
from portal.imports.plan import LISTED_ERRORS, Built, Plan, RawRow, draft_key
from portal.imports.reading.errors import RowError
from portal.imports.reading.headers import BoundColumn
from portal.imports.storing import Groups, Write, stored_names, writer
from portal.record.leaves import RowName, row_leaf
from portal.releases.registry import Disclosure

# Kinds of cells whose texts repeat.
_REPEATING = (Choice, Date, PeriodCell, Place, Rate, Text)
_REMEMBERED = 4096
_IDENTITY = ("id", "first_id", "version", "position", "release_id", "county", "region_id", "seed", "leaf")
_GONE = "没有这个公开编号，或那一行已经更正过、撤下了。请刷新，或重新下载这一批再改"
_NAMED = "里写了全名，这一项的姓名公开时要遮盖，请从这一格删掉名字"
_NUMBERED = "里写了银行账号，请从这一格删掉"


def copy_columns(disclosure: Disclosure) -> list[str]:
    """Return the stored columns in the order of a COPY line."""
    names = [name for column in _plain_columns(disclosure) for name in stored_names(column)]
    # Every row has a note (备注), whether or not the kind's template shows it.
    return [*_IDENTITY, *names, *([] if "note" in names else ["note"])]


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
        self.keyed_by_place = plan.disclosure.per_place
        self.by_field = {column.field: column for column in (PUBLIC_ID, *plan.disclosure.readable)}
        self.blanks: list[str] = []
        self.writers: dict[str, Write] = {}
        for column in _plain_columns(plan.disclosure):
            self.writers[column.field] = writer(column, plan.secrets, len(self.blanks))
            self.blanks += [_blank(plan.disclosure, name) for name in stored_names(column)]
        self.blanks += [""] * (len(copy_columns(plan.disclosure)) - len(_IDENTITY) - len(self.blanks))
        self.defaults = {
            column.field: column_default
            for column in plan.disclosure.columns
            if isinstance(column.cell, Choice)
            and (column_default := _blank(plan.disclosure, column.field)) not in {"", "\\N"}
        }
        # The place of the public number, where rows are corrected or edited.
        self.number_at = next((at for at, bound in self.bound if bound.column is PUBLIC_ID), None)
        self.named = plan.disclosure.name_field.removesuffix("_public")
        self.persons = [column.field for column in plan.disclosure.persons]
        self.free_texts = plan.disclosure.free_texts
        self.accounts = [
            column.field for column in plan.disclosure.columns if isinstance(column.cell, Account)
        ]
        self.files = plan.disclosure.files
        self.region_column = self.by_field.get("region")

    def build(self, rows: Iterable[RawRow]) -> Built:
        """Build rows; a row with any error yields no line but all its errors."""
        built = Built()
        lines: dict[str, list[str]] = {}
        for number, cells in rows:
            origin = self._origin(cells)
            if origin is None and self._number(cells):
                gone = Row(number, {}, "", [("public_id", _GONE)])
                self._note(built, gone, {"public_id": self._number(cells)})
                continue
            if origin is not None and self._is_withdrawn(cells):
                built.replaced.append((origin.row_id, None))
                continue
            row, raw = self._read(number, cells, origin)
            place_key = self._place(row)
            row.place = place_key.code if place_key else ""
            self.plan.disclosure.prepare(row, self.plan.given, self.plan.lookups)
            if place_key is None and self.plan.disclosure.finds_place:
                place_key = self._found_place(row)
            for field in self.files:
                built.files.extend((self.plan.sheet, number, field, name) for name in row.get(field) or ())
            if not row.errors:
                self._check(row)
            if row.errors:
                self._note(built, row, raw)
                continue
            assert place_key is not None  # noqa: S101 # a row without errors has its place
            key = draft_key(row.item, place_key.code) if self.keyed_by_place else row.item
            line = self._line(built, row, place_key, origin, key)
            if line is not None:
                lines.setdefault(key, []).append(line)
                self._count(built, row, key)
        built.blocks = {key: ["".join(texts).encode()] for key, texts in lines.items()}
        return built

    def _count(self, built: Built, row: Row, key: str) -> None:
        disclosure = self.plan.disclosure
        built.rows[key] = built.rows.get(key, 0) + 1
        built.numbered += row.is_numbered
        amount = (row.get(disclosure.amount) if disclosure.amount else None) or Decimal(0)
        if disclosure.outgoing[0] and row.get(disclosure.outgoing[0]) == disclosure.outgoing[1]:
            amount = -amount
        built.amounts[key] = built.amounts.get(key, Decimal(0)) + amount

    def _check(self, row: Row) -> None:
        """Note what no single cell shows: a strange item, an account or a hidden name in a public text."""
        if row.item not in self.plan.secrets.policies:
            row.error(
                "",
                f"这一行的补贴项目属于公开目录 {row.item}，这里收不了。"
                "请核对补贴项目的公开目录编码，或录到那一项的批次里",
            )
            return
        masked = self._masked_names(row) if self.plan.secrets.policies[row.item] != "full" else []
        accounts = [row.values.get(field) for field in self.accounts]
        numbers = [one.digits for one in accounts if isinstance(one, AccountValue) and one.digits]
        for column in self.free_texts:
            text = row.values.get(column.field)
            if not text:
                continue
            if any(number in text for number in numbers):
                row.error(column.field, column.header + _NUMBERED)
            if column.public and any(name in text for name in masked):
                row.error(column.field, column.header + _NAMED)

    def _masked_names(self, row: Row) -> list[str]:
        """Return the names of private persons in a row; one character repeats too easily."""
        open_names = self._open_names(row)
        names = (row.get(field) for field in self.persons if field not in open_names)
        return [name for name in names if name and len(name) > 1]

    def _open_names(self, row: Row) -> set[str]:
        """Return the fields whose names are organisations' and never masked."""
        return {self.named, *row.organisations} if row.is_organisation else set(row.organisations)

    def _origin(self, cells: list[str]) -> Origin | None:
        """Return the version a line corrects, None for a new line or an unknown number."""
        return self.plan.origins.get(self._number(cells))

    def _number(self, cells: list[str]) -> str:
        """Return the public number a line carries; nothing where rows are not corrected."""
        if self.number_at is None or self.number_at >= len(cells):
            return ""
        return cells[self.number_at]

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
                if origin is not None and name in origin.kept and cell == f"****{origin.kept[name].tail}":
                    values[name] = origin.kept[name]
                    continue
                try:
                    values[name] = read(cell)
                except CellError as error:
                    row.errors.append((name, str(error)))
            elif origin is not None and name in origin.kept and origin.kept[name].is_blank:
                values[name] = origin.kept[name]
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
            if row.is_wrong("region"):
                return None
            column = self.region_column
            if self.plan.disclosure.finds_place:
                return gazetteer.home if gazetteer.is_narrowest else None
            if column is not None and column.conditional and not self._is_home(column):
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

    def _is_home(self, column: Column) -> bool:
        """Return whether a blank cell means the releasing body's own place."""
        is_wide = isinstance(column.cell, Place) and column.cell.any_level
        return is_wide or self.plan.gazetteer.is_narrowest

    def _found_place(self, row: Row) -> PlaceKey | None:
        """Return the place that the kind found for a row whose cell is blank; note an error for none."""
        if row.place in self.plan.gazetteer.by_code:
            return self.plan.gazetteer.by_code[row.place]
        if row.place:
            row.error("region", f"它在{self.plan.gazetteer.home_name}辖区之外，这里收不了，请核对编号")
        elif not row.errors:
            row.error("region", "这里要写村名或 12 位代码")
        return None

    def _note(self, built: Built, row: Row, raw: dict[str, str]) -> None:
        built.wrong_rows += 1
        built.error_count += len(row.errors)
        for name, message in row.errors:
            if len(built.errors) >= LISTED_ERRORS:
                return
            column = self.by_field.get(name)
            built.errors.append(RowError.at(self.plan.sheet, row.number, column, raw.get(name, ""), message))

    def _line(self, built: Built, row: Row, place: PlaceKey, origin: Origin | None, key: str) -> str | None:
        """Return the line of COPY for a draft; None for a version that would say what its origin says."""
        plan = self.plan
        policy = plan.secrets.policies[row.item]
        if origin is not None and self._is_unchanged(row, place, origin, policy):
            built.unchanged += 1
            return None
        groups, stored = self._written(row, place, policy)
        row_id = first_id = str(uuid7())
        version, position = 1, plan.first_position + row.number
        if origin is not None:
            built.replaced.append((origin.row_id, UUID(row_id)))
            first_id = str(origin.first_id or row_id)
            version, position = origin.next_version, origin.position
        seed = os.urandom(16)
        leaf_hash = self._leaf(row_id, version, seed, groups)
        head = (
            f"{row_id}\t{first_id}\t{version}\t{position}\t{plan.releases[key]}"
            f"\t{plan.given.county}\t{place.pk}\t\\\\x{seed.hex()}\t\\\\x{leaf_hash.hex()}\t"
        )
        return head + "\t".join(stored) + "\n"

    def _is_unchanged(self, row: Row, place: PlaceKey, origin: Origin, policy: str) -> bool:
        if origin.is_forced or self._has_new_documents(row, origin):
            return False
        # A row keeps the policy it was published under: a new one alone changes no row.
        return self._is_same(origin, self._written(row, place, origin.names or policy)[0])

    def _has_new_documents(self, row: Row, origin: Origin) -> bool:
        """Return whether a file that the row names was given anew, and is not the one it had."""
        given = self.plan.documents
        names = [name for field in self.files for name in row.get(field) or ()] if given else []
        return any(name in given and origin.documents.get(name) != given[name] for name in names)

    def _written(self, row: Row, place: PlaceKey, policy: str) -> tuple[Groups, list[str]]:
        """Return a row's commitment and its stored texts; an organisation's own name is never masked."""
        groups = Groups({"region": place.code}, {}, {})
        stored = self.blanks.copy()
        writers = self.writers
        for name, value in row.values.items():
            writers[name](value, policy, groups, stored)
        if policy != "full":
            for name in self._open_names(row) & row.values.keys():
                writers[name](row.values[name], "full", groups, stored)
        return groups, stored

    def _leaf(self, row_id: str, version: int, seed: bytes, groups: Groups) -> bytes:
        name = RowName(self.plan.disclosure.code, row_id, version)
        return row_leaf(name, seed, what=groups.what, who=groups.who, kept=groups.kept)[1]

    def _is_same(self, origin: Origin, groups: Groups) -> bool:
        return self._leaf(str(origin.row_id), origin.version, origin.seed, groups) == origin.leaf
