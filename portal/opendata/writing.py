"""Tables as text: CSV for spreadsheets, one JSON object per line for programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from portal.opendata.records import Table

# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARK = "\ufeff"


class _Echo:
    """Gives every written line back."""

    def write(self, line: str) -> str:
        return line


def inert(text: str) -> str:
    """Return a text that no spreadsheet computes; numbers below zero stay numbers."""
    if text.startswith(_FORMULA) and not _is_number(text):
        return "'" + text
    return text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def as_csv(table: Table) -> Iterator[str]:
    """Yield the lines of a CSV; the mark before the first lets spreadsheets read it as UTF-8."""
    writer = csv.writer(_Echo())
    yield _MARK + _written(writer, table.headings)
    for line in table.lines():
        yield _written(writer, [inert(text) for text in line])


def _written(writer: Any, line: list[str]) -> str:  # csv's writer has no public type
    written: str = writer.writerow(line)
    return written


def as_json(table: Table) -> Iterator[str]:
    """Yield one JSON object per row and line, by the headings; blank cells are left out."""
    headings = table.headings
    for line in table.lines():
        told = {heading: text for heading, text in zip(headings, line, strict=True) if text}
        yield json.dumps(told, ensure_ascii=False) + "\n"


FORMATS = {"csv": as_csv, "json": as_json}
