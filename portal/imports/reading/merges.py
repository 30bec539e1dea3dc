"""Merged cells: found before the rows are read, filled downwards while they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.imports.reading.errors import FileError
from portal.imports.reading.package import DAMAGED, TOO_LARGE, Package
from portal.imports.reading.raw import Limits, RawRow
from portal.imports.reading.sheets import column_index

# The first row of an area → (last row, column) of those areas that reach further down.
Merges = dict[int, list[tuple[int, int]]]

_END_OF_ROWS = re.compile(rb"</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*/>")
_MERGE = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]{0,80}?ref\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7}):[A-Za-z]{1,3}(\d{1,7})[\"']"
)
_OVERLAP = 256


def merged_areas(package: Package, part: str) -> Merges:
    """Return the areas that span rows.

    They stand behind the rows in the file. So the part is inflated once before it is parsed, which
    costs a tenth of the parsing and counts its bytes before any of them is believed.
    """
    areas: dict[tuple[bytes, ...], None] = {}
    carry, behind = b"", False
    for number, chunk in enumerate(package.chunks(part)):
        if not number and chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise FileError(DAMAGED)  # UTF-16, which no office program writes here
        data = carry + chunk
        if not behind and b"sheetData" in data and (end := _END_OF_ROWS.search(data)):
            behind, data = True, data[end.end() :]
        if behind:
            areas.update((match.groups(), None) for match in _MERGE.finditer(data))
            if len(areas) > package.limits.merges:
                raise FileError(TOO_LARGE)
        carry = data[-_OVERLAP:]
    merges: Merges = {}
    for letters, first, last in areas:
        if int(first) < int(last):
            column = column_index(letters.decode("ascii"))
            merges.setdefault(int(first), []).append((int(last), column))
    return merges


def filled(rows: Iterator[RawRow], merges: Merges, limits: Limits) -> Iterator[RawRow]:
    """Yield the rows with the value of a merged cell in each row that it covers."""
    if not merges:
        yield from rows
        return
    open_areas: dict[int, tuple[int, str]] = {}
    for number, cells in rows:
        for column, (last, value) in list(open_areas.items()):
            if number > last:
                del open_areas[column]
                continue
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = cells[column] or value
        for last, column in merges.get(number, ()):
            if column < min(len(cells), limits.columns) and cells[column]:
                open_areas[column] = (last, cells[column])
        yield number, cells
