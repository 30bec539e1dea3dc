"""Which column of a template each header of a file means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.columns.cells import Amount, Date
from portal.columns.column import CellError, Column
from portal.imports.reading.formats import LOST
from portal.imports.reading.raw import DayText, Unreadable

_MARKS = re.compile(r"[\s*†]+")
_WITH_BRACKET = re.compile(r"(.+)\(([^()]*)\)")
_YUAN = re.compile(r"(?:人民币)?([百千万亿]?)元(?:/.{1,8})?")
_SCALES = {"": 1, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_REMARKS = frozenset({"必填", "选填", "可选"})
_LINE_NUMBERS = frozenset({"序号", "行号", "no", "no."})
# Personal data that no rule needs: not read, so that it is nowhere to be lost.
_UNWANTED = frozenset(
    {"联系电话", "联系方式", "电话", "电话号码", "手机", "手机号", "手机号码", "家庭住址", "住址", "家庭地址"}
)


# A column, and the factor of the unit in its header.
Hit = tuple[Column, int] | None


@dataclass(frozen=True)
class BoundColumn:
    """A column of a template as one file has it: the factor of its unit, and its header there."""

    column: Column
    scale: int
    title: str

    def parse(self, raw: str, *, today: date | None = None) -> Any:  # as Cell.parse
        """Return the value of a non-empty cell of this file.

        Knows what Cell.parse cannot: the unit in the header, and cells that a spreadsheet spoiled.

        Raises:
            CellError: what is wrong with the cell.
        """
        cell = self.column.cell
        if type(raw) is not str:
            raw = self._as_meant(raw)
        if self.scale != 1 and isinstance(cell, Amount):
            return cell.parse(raw, today=today, scale=self.scale)
        return cell.parse(raw, today=today)

    def _as_meant(self, raw: str) -> str:
        """Return the text of a cell that a spreadsheet marked."""
        if isinstance(raw, Unreadable):
            raise CellError(f"{self.column.header}{raw.why}" if raw.why == LOST else raw.why)
        # A day is wanted whole, however little of it the file's format shows; 所属期 as it is shown.
        if isinstance(raw, DayText) and not isinstance(self.column.cell, Date):
            return raw.shown
        return str(raw)


@dataclass(frozen=True)
class Match:
    """A row of headers against a template: what was found, what is missing, what is there twice."""

    bound: list[BoundColumn | None]
    missing: list[Column]
    doubled: list[list[BoundColumn]]
    notes: list[str]
    conditional: int  # how many columns the template requires under a condition


def fold(text: str) -> str:
    """Return a header without marks, spaces and differences of width."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def match_headers(titles: Sequence[str], columns: Sequence[Column], mapping: Mapping[str, str]) -> Match:
    """Return what each of `titles` means; `mapping` leads from a file's titles to template headers."""
    renamed = {fold(title): fold(header) for title, header in mapping.items()}
    folded = [renamed.get(fold(title), fold(title)) for title in titles]
    exact = {fold(column.header): column for column in columns}
    aliases: dict[str, Column] = {}
    for column in columns:
        for alias in column.aliases:
            aliases.setdefault(fold(alias), column)
    hits = [_lookup(title, exact) for title in folded]
    spare = [_lookup(title, aliases) for title in folded]
    _prefer_required(hits, spare)
    bound = [
        BoundColumn(*hit, title) if (hit := first or second) else None
        for first, second, title in zip(hits, spare, titles, strict=True)
    ]
    by_field: dict[str, list[BoundColumn]] = {}
    for one in filter(None, bound):
        by_field.setdefault(one.column.field, []).append(one)
    return Match(
        bound,
        missing=[column for column in columns if _is_missing(column, by_field)],
        doubled=[same for same in by_field.values() if len(same) > 1],
        notes=_notes(bound, titles, folded),
        conditional=sum(column.conditional for column in columns),
    )


def _is_missing(column: Column, found: Collection[str]) -> bool:
    """Return whether a required column is there neither itself nor by those that stand for it."""
    if not column.required or column.field in found:
        return False
    return not (column.instead and all(field in found for field in column.instead))


def _lookup(title: str, table: Mapping[str, Column]) -> tuple[Column, int] | None:
    """Return the column of a folded title and the factor of the unit in its brackets."""
    if column := table.get(title):
        return column, 1
    bracket = _WITH_BRACKET.fullmatch(title)
    if bracket is None or (column := table.get(bracket[1])) is None:
        return None
    if not (isinstance(column.cell, Amount) and column.cell.yuan) or bracket[2] in _REMARKS:
        return column, 1
    unit = _YUAN.fullmatch(bracket[2])
    return (column, _SCALES[unit[1]]) if unit else None


def _prefer_required(hits: list[Hit], spare: list[Hit]) -> None:
    """Give a required column without its own header the alias that is an optional column's header.

    户主姓名 is a column of its own, and the only name there is in many older lists.
    """
    present = {hit[0].field for hit in hits if hit}
    for place, (hit, other) in enumerate(zip(hits, spare, strict=True)):
        if hit is None or other is None or hit[0].required or not other[0].required:
            continue
        if other[0].field not in present:
            hits[place] = other
            present.add(other[0].field)


def _notes(bound: Sequence[BoundColumn | None], titles: Sequence[str], folded: Sequence[str]) -> list[str]:
    """Return remarks on what is read under another name and what is not read at all."""
    notes = []
    for one, title, name in zip(bound, titles, folded, strict=True):
        if one is None:
            if name in _UNWANTED:
                notes.append(f"“{title}”是不需要的个人信息，没有读入，也不会保存")
            elif name and name not in _LINE_NUMBERS:
                notes.append(f"不认识“{title}”这一列，没有读入")
        elif one.scale != 1:
            notes.append(f"“{title}”已换算成元")
        elif fold(one.column.header) != name and not name.startswith(fold(one.column.header)):
            notes.append(f"“{title}”按“{one.column.header}”读入")
    return notes
