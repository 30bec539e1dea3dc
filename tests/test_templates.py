"""Every kind's template has the headers, marks and words of the contract."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.columns.cells import Choice, YesNo
from portal.columns.column import Column
from portal.releases.registry import kind, kinds

_TABLE = Path(__file__).parent / "data" / "templates.md"
_LINE = re.compile(r"^\| `(?P<kind>[a-z_]+)` \| (?P<title>[^|]+) \| (?P<headers>.+) \|$", re.MULTILINE)
_HEADER = re.compile(r"(?P<name>[^*†(]+)(?P<mark>[*†]?)(?: \((?P<words>[^)]+)\))?")
_APPS = ("villages", "funds")

Told = dict[str, tuple[str, tuple[str, ...]]]


def _contract() -> dict[str, tuple[str, Told]]:
    found = {}
    for line in _LINE.finditer(_TABLE.read_text("utf-8")):
        told: Told = {}
        for header in line["headers"].split(", "):
            part = _HEADER.fullmatch(header.strip())
            assert part, header
            words = tuple(part["words"].split("/")) if part["words"] and "/" in part["words"] else ()
            told[part["name"].strip()] = (part["mark"], words)
        found[line["kind"]] = (line["title"], {**told, "备注": told.get("备注", ("", ()))})
    return found


CONTRACT = _contract()


def _mark(column: Column) -> str:
    return "*" if column.required else "†" if column.conditional else ""


def _words(column: Column) -> tuple[str, ...]:
    if isinstance(column.cell, Choice):
        return tuple(column.cell.options)
    return ("是", "否") if isinstance(column.cell, YesNo) else ()


def test_the_contract_names_every_kind_that_is_registered() -> None:
    own = {one.code for one in kinds() if one.model._meta.app_label in _APPS}
    assert own == set(CONTRACT)


@pytest.mark.parametrize("code", CONTRACT)
def test_a_template_is_that_of_the_contract(code: str) -> None:
    title, headers = CONTRACT[code]
    disclosure = kind(code)
    told = {column.header: (_mark(column), _words(column)) for column in disclosure.columns}
    assert told == headers
    assert disclosure.title == title
