"""Sheets of an xlsx workbook."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from xml.etree.ElementTree import Element

from portal.imports.reading.errors import FileError
from portal.imports.reading.formats import Numbers, day_format
from portal.imports.reading.merges import Merges, filled, merged_areas
from portal.imports.reading.package import DAMAGED, TOO_LARGE, Package
from portal.imports.reading.raw import Limits, RawRow, Sheet
from portal.imports.reading.sheets import SheetParser, shared_strings

WORKBOOK = "xl/workbook.xml"


def xlsx_sheets(path: Path, limits: Limits) -> list[Sheet]:
    """Return a workbook's sheets in their order, none of them read yet.

    Raises:
        FileError: damaged, too large, or hostile.
    """
    return _Workbook(Package(path, limits)).sheets()


class _Workbook:
    """A workbook's parts that all sheets share, read when first needed."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._root = package.tree(WORKBOOK)
        self._parts = package.relations(WORKBOOK)
        self._merges: dict[str, Merges] = {}

    def sheets(self) -> list[Sheet]:
        """Return the worksheets; charts and dialogs are none."""
        found = []
        for element in _all(self._root, "sheet"):
            relation = next((v for k, v in element.items() if k.rpartition("}")[2] == "id"), "")
            part = self._parts.get(relation, "")
            if "worksheets/" in part or part in self._package.names:
                found.append(self._sheet(element.get("name", ""), part, element.get("state")))
        if not found:
            raise FileError(DAMAGED)
        if len(found) > self._package.limits.sheets:
            raise FileError(TOO_LARGE)
        return found

    def _sheet(self, name: str, part: str, state: str | None) -> Sheet:
        hidden = state in {"hidden", "veryHidden"}
        sheet = Sheet(name, lambda: self._rows(sheet, part), hidden=hidden)
        return sheet

    def _rows(self, sheet: Sheet, part: str) -> Iterator[RawRow]:
        """Yield a sheet's rows; remarks on its shape stand in its notes when it is exhausted."""
        merges = self._merges.get(part)
        if merges is None:
            merges = self._merges[part] = merged_areas(self._package, part)
        made = SheetParser(self._strings, self._numbers, self._package.limits)
        yield from filled(made.rows(self._package, part), merges, self._package.limits)
        if made.hidden_rows:
            sheet.notes.append(f"有 {made.hidden_rows} 行是隐藏的，也已读入")
        if merges:
            count = sum(map(len, merges.values()))
            sheet.notes.append(f"有 {count} 处合并单元格，已把内容填到它盖住的每一行，请核对金额")

    @cached_property
    def _strings(self) -> list[str]:
        part = next((p for p in self._parts.values() if p.endswith("sharedStrings.xml")), "")
        return shared_strings(self._package, part) if part in self._package.names else []

    @cached_property
    def _numbers(self) -> Numbers:
        """Return how numbers read, from the styles and the workbook's calendar."""
        properties = next(_all(self._root, "workbookPr"), None)
        since = properties.get("date1904") if properties is not None else None
        return Numbers(tuple(self._formats()), from_1904=since in {"1", "true"})

    def _formats(self) -> Iterator[str]:
        """Yield for each cell style which parts of a day it shows."""
        part = next((p for p in self._parts.values() if p.endswith("styles.xml")), "")
        if part not in self._package.names:
            return
        root = self._package.tree(part)
        codes = {e.get("numFmtId", ""): e.get("formatCode", "") for e in _all(root, "numFmt")}
        for styles in _all(root, "cellXfs"):
            for style in _all(styles, "xf"):
                number = style.get("numFmtId", "0")
                yield day_format(int(number) if number.isdigit() else 0, codes.get(number))


def _all(root: Element, name: str) -> Iterator[Element]:
    """Yield the elements of a local name: strict and transitional files differ in namespace."""
    return (e for e in root.iter() if isinstance(e.tag, str) and e.tag.rpartition("}")[2] == name)
