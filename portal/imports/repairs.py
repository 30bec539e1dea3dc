"""Wrong rows and what their clerk repairs in them; both hold whatever the file holds, so they rest sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.columns.column import Column
from portal.imports import staging
from portal.imports.reading.errors import RowError
from portal.imports.reading.kinds import sheets_of
from portal.imports.reading.overlay import Overlay, lay_over
from portal.imports.reading.raw import Limits
from portal.imports.reading.tables import Table

# Who has more to mend does it in a spreadsheet, with the marked workbook.
KEPT_ROWS = 300
Changes = Mapping[tuple[str, int], Mapping[int, str] | None]


@dataclass(frozen=True)
class Excerpt:
    """The wrong rows of one sheet. `fields` names the column at each place, empty where it is not read."""

    sheet: str
    header_row: int
    titles: list[str]
    fields: list[str]
    rows: dict[int, list[str]] = field(default_factory=dict)

    def place_of(self, column: Column) -> int | None:
        """Return where a column stands; None where the file has no such column."""
        return self.fields.index(column.field) if column.field in self.fields else None


def keep_wrong_rows(
    name: str, path: Path, tables: Sequence[Table], errors: Iterable[RowError], overlay: Overlay
) -> None:
    """Seal the cells of the first wrong rows beside a file, for its clerk to mend them on the page."""
    wanted: dict[str, set[int]] = {}
    left = KEPT_ROWS
    for error in errors:
        rows = wanted.setdefault(error.sheet, set())
        if error.row is not None and error.row not in rows and left:
            rows.add(error.row)
            left -= 1
    excerpts = []
    by_sheet = {table.sheet: table for table in tables}
    for sheet in sheets_of(path, Limits()):
        table, rows = by_sheet.get(sheet.name), wanted.get(sheet.name, set())
        if table is None or not rows or sheet.hidden:
            continue
        lay_over(sheet, overlay)
        excerpts.append(_excerpt(table, sheet.read(), rows))
    staging.put_document(name, staging.ROWS, excerpts)


def _excerpt(table: Table, rows: Iterable[tuple[int, list[str]]], wanted: set[int]) -> dict[str, Any]:
    last = max(wanted)
    width = len(table.headers)
    found: dict[int, list[str]] = {}
    for number, cells in rows:
        if number in wanted:
            found[number] = [str(cell) for cell in cells[:width]] + [""] * (width - len(cells))
        if number >= last:
            break
    return {
        "sheet": table.sheet,
        "header_row": table.header_row,
        "titles": table.titles,
        "fields": [bound.column.field if bound else "" for bound in table.headers],
        "rows": found,
    }


def wrong_rows(name: str) -> list[Excerpt]:
    """Return the wrong rows that were kept; none where there are none, or the file is destroyed."""
    return [
        Excerpt(
            told["sheet"],
            told["header_row"],
            told["titles"],
            told["fields"],
            {int(number): cells for number, cells in told["rows"].items()},
        )
        for told in staging.document(name, staging.ROWS) or []
    ]


def overlay_of(name: str) -> dict[str, dict[int, dict[int, str] | None]]:
    """Return what was repaired so far."""
    return {
        sheet: {
            int(number): None if cells is None else {int(place): text for place, text in cells.items()}
            for number, cells in rows.items()
        }
        for sheet, rows in (staging.document(name, staging.REPAIRS) or {}).items()
    }


def add_repairs(name: str, changes: Changes) -> None:
    """Seal further repairs on top of those that are there; None leaves a row out."""
    overlay = overlay_of(name)
    for (sheet, number), cells in changes.items():
        rows = overlay.setdefault(sheet, {})
        before = rows.get(number) or {}
        rows[number] = None if cells is None else {**before, **cells}
    staging.put_document(name, staging.REPAIRS, overlay)
