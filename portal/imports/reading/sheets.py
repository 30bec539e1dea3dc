"""Rows of a worksheet, parsed as a stream in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from portal.imports.reading.errors import FileError
from portal.imports.reading.formats import Numbers
from portal.imports.reading.package import DAMAGED, Package, feed, parser
from portal.imports.reading.raw import Limits, RawRow, Unreadable

_NO_RESULT = "公式没有存下结果，请用表格软件打开、重新计算并保存，或直接写数字"
_FAULT = "公式出错，请改正公式，或直接写内容"
_DIGITS = "0123456789"


class SheetParser:
    """Turns the XML of a worksheet into rows of text; rows without any value are left out.

    Five calls for each cell are the price of a stream, so the two that matter are written out.
    """

    def __init__(self, shared: list[str], numbers: Numbers, limits: Limits) -> None:
        """Prepare for one pass; `shared` are the workbook's strings."""
        self.hidden_rows = 0
        self._shared, self._numbers, self._limits = shared, numbers.text, limits
        self._columns: dict[str, int] = {}
        self._done: list[RawRow] = []
        self._number, self._column, self._hidden = 0, -1, False
        self._cells: list[str] = []
        self._type: str | None = None
        self._style: str | None = None
        self._value: str | None = None
        self._runs: list[str] = []
        self._formula = self._phonetic = self._ended = False
        # Receives every piece of text; whoever wants one empties it first.
        self._buffer: list[str] = []

    def rows(self, package: Package, part: str) -> Iterator[RawRow]:
        """Yield the rows of a part, numbered as the program shows them."""
        made = parser()
        made.StartElementHandler = self._first(made)
        made.CharacterDataHandler = self._buffer.append
        for chunk in package.chunks(part):
            feed(made, chunk)
            if self._done:
                yield from self._done
                self._done.clear()
            if self._ended:
                return
        feed(made, b"", last=True)

    def _first(self, made: Any) -> Callable[[str, dict[str, str]], None]:
        """Return a handler that sees from the root whether names carry a prefix (`x:row`)."""

        def start(name: str, _attributes: dict[str, str]) -> None:
            if ":" in name:
                made.StartElementHandler = lambda name, a: self._start(name.rpartition(":")[2], a)
                made.EndElementHandler = lambda name: self._end(name.rpartition(":")[2])
            else:
                made.StartElementHandler, made.EndElementHandler = self._start, self._end

        return start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            reference = attributes.get("r")
            if reference:
                letters = reference.rstrip(_DIGITS)
                column = self._columns.get(letters)
                if column is None:
                    column = self._columns[letters] = column_index(letters)
                self._column = column
            else:
                self._column += 1
            self._type = attributes.get("t")
            self._style = attributes.get("s")
            self._value = None
            self._formula = False
        elif name in {"v", "t"}:
            self._buffer.clear()
        else:
            self._start_other(name, attributes)

    def _end(self, name: str) -> None:
        if name == "c":
            text = self._cell_text()
            if text:
                cells = self._cells
                if len(cells) != self._column:
                    self._pad()
                cells.append(text)
        elif name == "v":
            self._value = "".join(self._buffer)
        else:
            self._end_other(name)

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        if name == "f":
            self._formula = True
        elif name == "row":
            before, number = self._number, attributes.get("r", "")
            self._number = int(number) if number.isdigit() else before + 1
            if not before < self._number <= self._limits.rows:
                raise FileError(DAMAGED)
            self._hidden = attributes.get("hidden") in {"1", "true"}
            self._cells, self._column = [], -1
        elif name == "is":
            self._runs.clear()
        elif name == "rPh":
            self._phonetic = True

    def _end_other(self, name: str) -> None:
        if name == "t":
            if not self._phonetic:
                self._runs.append("".join(self._buffer))
        elif name == "is":
            self._value = "".join(self._runs)
        elif name == "rPh":
            self._phonetic = False
        elif name == "row":
            if self._cells:
                self.hidden_rows += self._hidden
                self._done.append((self._number, self._cells))
        elif name == "sheetData":
            self._ended = True

    def _pad(self) -> None:
        """Fill the row up to the cell; refuse cells out of order and far away."""
        column, cells = self._column, self._cells
        if column < len(cells):
            raise FileError(DAMAGED)
        if column >= self._limits.columns:
            where = f"{column_letters(column)}{self._number}"
            raise FileError(
                f"单元格 {where} 有内容，离表格太远（最多 {self._limits.columns} 列），请删掉后再交。"
            )
        cells.extend([""] * (column - len(cells)))

    def _cell_text(self) -> str:
        value, kind = self._value, self._type
        if not value:
            empty_result = kind == "str" and value is not None
            return Unreadable("公式", _NO_RESULT) if self._formula and not empty_result else ""
        if kind == "s":
            try:
                return self._shared[int(value)]
            except (ValueError, IndexError):
                raise FileError(DAMAGED) from None
        if kind is None or kind == "n":
            return self._numbers(value, self._style)
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind == "e":
            return Unreadable(value, _FAULT)
        return plain(value, self._limits)


def plain(text: str, limits: Limits) -> str:
    """Return a string of the workbook trimmed, its escapes (_x000D_) resolved."""
    if len(text) > limits.text:
        raise FileError("有一格的文字太长，请核对后再交。")
    if "_x" in text:
        head, *rest = text.split("_x")
        text = head + "".join(_unescaped(piece) for piece in rest)
    return text.strip()


def _unescaped(piece: str) -> str:
    """Return what follows `_x`, its four digits and underscore as one character."""
    digits = piece[:4]
    if piece[4:5] == "_" and all(sign in "0123456789abcdefABCDEF" for sign in digits):
        return chr(int(digits, 16)) + piece[5:]
    return "_x" + piece


def column_index(letters: str) -> int:
    """Return the position, from 0, of a column such as AB."""
    index = 0
    if not letters or len(letters) > 3:
        raise FileError(DAMAGED)
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise FileError(DAMAGED)
        index = index * 26 + ord(letter) - 64
    return index - 1


def column_letters(index: int) -> str:
    """Return the letters of a column from its position."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def shared_strings(package: Package, part: str) -> list[str]:
    """Return the strings that cells point at, without phonetic guides."""
    strings: list[str] = []
    buffer: list[str] = []
    state = {"t": False, "rPh": False}

    def start(name: str, _attributes: Any) -> None:
        local = name.rpartition(":")[2]
        if local in state:
            state[local] = True

    def text(piece: str) -> None:
        if state["t"] and not state["rPh"]:
            buffer.append(piece)

    def end(name: str) -> None:
        local = name.rpartition(":")[2]
        if local in state:
            state[local] = False
        elif local == "si":
            strings.append(plain("".join(buffer), package.limits))
            buffer.clear()

    made = parser()
    made.StartElementHandler, made.EndElementHandler = start, end
    made.CharacterDataHandler = text
    for chunk in package.chunks(part):
        feed(made, chunk)
    feed(made, b"", last=True)
    return strings
