"""The columns of a kind as fields of a form: what is asked of whom, with choices, defaults and errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portal.columns.cells import (
    Account,
    Amount,
    Choice,
    Count,
    CreditCode,
    Date,
    Identity,
    PeriodCell,
    PersonName,
    Place,
    Rate,
    YesNo,
)
from portal.columns.column import Column
from portal.columns.paragraphs import Paragraphs
from portal.imports.origins import cell_texts, current_rows, stored_rows
from portal.places.models import Body, Level, Region
from portal.releases.models import Release
from portal.releases.registry import Disclosure, kind

# More places than this are typed with a list of suggestions, not picked from a menu.
_MOST_PLACES = 60
_DAY_HELP = "写成 2026-06-20"


@dataclass(frozen=True)
class Option:
    """One choice: what is sent and what is read."""

    value: str
    word: str


@dataclass
class Slot:
    """One field on the page."""

    column: Column
    name: str
    label: str
    value: str = ""
    help: str = ""
    options: list[Option] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def mode(self) -> str:
        """Which keys a phone shows."""
        return "decimal" if isinstance(self.column.cell, Amount | Count) else "text"

    @property
    def is_long(self) -> bool:
        """Whether it holds paragraphs: a field of one line would join them."""
        return isinstance(self.column.cell, Paragraphs)

    @property
    def list_id(self) -> str:
        """The list of suggestions, one for all rows of a table."""
        return f"list-{self.column.field}"


def is_usual(column: Column) -> bool:
    """Return whether most rows fill a column: it is required, or its template shows an example."""
    return column.required or bool(column.example)


def is_of_row(column: Column) -> bool:
    """Return whether a column differs from row to row, as names, numbers and sums do."""
    cell = column.cell
    if isinstance(cell, Rate):
        return column.required
    return column.required or isinstance(cell, PersonName | Identity | Account | Amount | Place)


def is_shared(column: Column) -> bool:
    """Return whether the rows of a list mostly share a column's value."""
    return is_usual(column) and not is_of_row(column)


class Slots:
    """Makes the fields of one draft's forms."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.disclosure: Disclosure = kind(release.kind)
        self.body = Body.objects.with_region().get(pk=release.body_id)
        self._places = self._all_places()

    def columns(self) -> list[Column]:
        """Return the columns a person fills; a village's rows are of the village."""
        narrow = self.body.region.level == Level.VILLAGE
        return [
            column
            for column in self.disclosure.columns
            if not (narrow and isinstance(column.cell, Place) and not column.required)
        ]

    def make(
        self,
        columns: Iterable[Column],
        values: Mapping[str, str],
        *,
        prefix: str = "",
        label: str = "",
        errors: Mapping[str, Sequence[str]] | None = None,
    ) -> list[Slot]:
        """Return the fields of some columns with their values and what is wrong with them."""
        return [
            Slot(
                column,
                name=f"{prefix}{column.field}",
                label=f"{label}{column.header}",
                value=values.get(column.field, ""),
                help=_help(column),
                options=self._options(column, values.get(column.field, "")),
                suggestions=self._suggestions(column),
                errors=list((errors or {}).get(column.field, ())),
            )
            for column in columns
        ]

    def texts(self, row_id: object) -> dict[str, str] | None:
        """Return a row of the draft as it would be typed; None where it is not among its rows."""
        rows = current_rows(self.release).filter(pk=row_id).select_related("region")
        for stored in stored_rows(self.disclosure, rows):
            return self._fit(cell_texts(self.disclosure.columns, stored), stored.row.region)
        return None

    def copied(self, row_id: object) -> dict[str, str] | None:
        """Return a row to begin another with: numbers of persons and accounts are typed anew."""
        texts = self.texts(row_id)
        if texts is not None:
            for column in self.disclosure.columns:
                if isinstance(column.cell, Identity | Account):
                    texts[column.field] = ""
        return texts

    def defaults(self) -> dict[str, str]:
        """Return what a new row begins with: what the last row shares with its neighbours, the period."""
        last = current_rows(self.release).order_by("-position", "-pk").select_related("region")[:1]
        texts: dict[str, str] = {}
        for stored in stored_rows(self.disclosure, last):
            texts = self._fit(cell_texts(self.disclosure.columns, stored), stored.row.region)
        begun = {
            column.field: texts.get(column.field, "")
            for column in self.disclosure.columns
            if is_shared(column) or isinstance(column.cell, Place)
        }
        for column in self.disclosure.columns:
            if isinstance(column.cell, PeriodCell) and not begun.get(column.field):
                begun[column.field] = self.release.period.label()
            elif isinstance(column.cell, Choice) and not texts and column.example:
                begun[column.field] = column.example
        return begun

    def _fit(self, texts: dict[str, str], region: Region) -> dict[str, str]:
        """Name a place so that it is found again: by its code in a menu, by its full name elsewhere."""
        for column in self.disclosure.columns:
            if isinstance(column.cell, Place):
                texts[column.field] = region.code if len(self._places) <= _MOST_PLACES else region.full_name
        return texts

    def _all_places(self) -> list[Region]:
        inside = Region.objects.within(self.body.region).filter(end_on__isnull=True)
        return list(inside.with_ancestors().order_by("code"))

    def _options(self, column: Column, value: str) -> list[Option]:
        blank = Option("", "请选择" if column.required else "不填")
        match column.cell:
            case Choice() as choice:
                return [blank, *(Option(word, word) for word in choice.options)]
            case YesNo():
                return [blank, Option("是", "是"), Option("否", "否")]
            case Place() if len(self._places) <= _MOST_PLACES:
                found = [Option(region.code, self._place_word(region)) for region in self._places]
                if value and value not in {option.value for option in found}:
                    found.append(Option(value, value))  # what was typed is never lost
                return [blank, *found]
            case _:
                return []

    def _place_word(self, region: Region) -> str:
        return f"{region.short_name}（本级）" if region.pk == self.body.region_id else region.short_name

    def _suggestions(self, column: Column) -> list[str]:
        if isinstance(column.cell, Place) and len(self._places) > _MOST_PLACES:
            return [region.full_name for region in self._places]
        return []


def _help(column: Column) -> str:
    if column.help:
        return column.help
    if isinstance(column.cell, Date):
        return _DAY_HELP
    if isinstance(column.cell, CreditCode):
        return "18 位；领取人是单位时才写"
    return f"如 {column.example}" if column.example and not isinstance(column.cell, Choice) else ""
