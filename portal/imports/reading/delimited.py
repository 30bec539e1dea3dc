"""csv as a stream: its encoding found on the whole file, its rows in constant memory."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from portal.imports.reading.errors import FileError
from portal.imports.reading.raw import Limits, RawRow, Sheet

_CHUNK = 1 << 20
# So many right characters in a row are no accident: the file is UTF-8 with a damaged place.
_SURELY_UTF8 = 10


def csv_sheet(path: Path, limits: Limits) -> Sheet:
    """Return the table in a csv file.

    Raises:
        FileError: the file is empty, or is text in neither encoding.
    """
    encoding = _encoding(path)
    return Sheet("", lambda: _rows(path, encoding, limits), ragged=True)


def _rows(path: Path, encoding: str, limits: Limits) -> Iterator[RawRow]:
    """Yield the records, numbered as a spreadsheet numbers them."""
    number = 0
    with path.open(encoding=encoding, newline="") as lines:
        reader = csv.reader(lines)
        try:
            for number, record in enumerate(reader, start=1):
                if len(record) > limits.columns and any(record[limits.columns :]):
                    raise FileError(f"第 {number} 行超过 {limits.columns} 列，请核对是不是这张表。")
                yield number, [cell.strip() for cell in record]
        except csv.Error as error:
            raise FileError(
                f"第 {number + 1} 行读不下去，多半是引号没有成对，请用表格软件打开后重新另存为 CSV。"
            ) from error


def _encoding(path: Path) -> str:
    """Return utf-8-sig or gb18030, whichever the whole file is."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start:
        raise FileError("文件是空的，请核对是否选对了文件。")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileError("文件是“Unicode 文本”，不是 CSV，请另存为“CSV UTF-8”或 xlsx。")
    utf8 = _first_fault(path, "utf-8")
    if utf8 is None:
        return "utf-8-sig"
    if start.startswith(codecs.BOM_UTF8) or utf8.characters >= _SURELY_UTF8:
        raise FileError(f"第 {utf8.line} 行有损坏的字符，请用表格软件打开核对后重新另存。")
    gb18030 = _first_fault(path, "gb18030")
    if gb18030 is None:
        return "gb18030"
    line = max(utf8.line, gb18030.line)
    raise FileError(f"第 {line} 行的文字既不是 UTF-8 也不是 GB18030，请另存为“CSV UTF-8”或 xlsx。")


class _Fault:
    """Where decoding failed, and how many characters beyond ASCII were right before."""

    def __init__(self, line: int, characters: int) -> None:
        self.line = line
        self.characters = characters


def _first_fault(path: Path, encoding: str) -> _Fault | None:
    """Return where a file stops being text in `encoding`; None when it never does."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, characters = 1, 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            if b"\0" in chunk:
                raise FileError("文件里有空字节，不是文字表格，请另存为“CSV UTF-8”或 xlsx。")
            before = decoder.getstate()[0]
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                right = (before + chunk)[: error.start].decode(encoding, "ignore")
                return _Fault(line + right.count("\n"), characters + _beyond_ascii(right))
            line += text.count("\n")
            if characters < _SURELY_UTF8:
                characters += _beyond_ascii(text)
            if not chunk:
                return None


def _beyond_ascii(text: str) -> int:
    """Return how many characters of `text` are not ASCII."""
    return 0 if text.isascii() else sum(sign > "\x7f" for sign in text)
