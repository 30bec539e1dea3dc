"""A clerk's repairs laid over a file: the file itself stays as it was handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from portal.imports.reading.raw import RawRow, Sheet

# Sheet → number of the row → text by place (from 0); None where the row is left out.
Overlay = Mapping[str, Mapping[int, Mapping[int, str] | None]]


def lay_over(sheet: Sheet, overlay: Overlay) -> None:
    """Let a sheet read as repaired; a place beyond the row's end lengthens it."""
    rows = overlay.get(sheet.name)
    if rows:
        sheet.read = _repaired(sheet.read, rows)


def _repaired(
    read: Callable[[], Iterator[RawRow]], rows: Mapping[int, Mapping[int, str] | None]
) -> Callable[[], Iterator[RawRow]]:
    def again() -> Iterator[RawRow]:
        for number, cells in read():
            if number not in rows:
                yield number, cells
            elif (changes := rows[number]) is not None:
                yield number, _changed(cells, changes)

    return again


def _changed(cells: list[str], changes: Mapping[int, str]) -> list[str]:
    changed = cells + [""] * (max(changes, default=-1) + 1 - len(cells))
    for place, text in changes.items():
        changed[place] = text
    return changed
