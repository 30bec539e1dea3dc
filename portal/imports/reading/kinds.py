"""What a file is, by its content: names lie."""

from __future__ import annotations

import zipfile
from pathlib import Path

from portal.imports.reading.delimited import csv_sheet
from portal.imports.reading.errors import FileError
from portal.imports.reading.package import DAMAGED
from portal.imports.reading.raw import Limits, Sheet
from portal.imports.reading.workbook import WORKBOOK, xlsx_sheets

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "请用表格软件打开，另存为 xlsx 或“CSV UTF-8”再交。"
_FOREIGN = (
    ((b"%PDF",), f"这是 PDF，不是表格，{_SAVE_AS}"),
    ((b"\x89PNG", b"\xff\xd8\xff", b"GIF8"), "这是图片，不是表格，请交 xlsx 或 CSV。"),
    ((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"), "这是压缩包，请解压后交里面的 xlsx 或 CSV。"),
    ((b"{\\rtf",), f"这是文字文档，不是表格，{_SAVE_AS}"),
)
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"<body", b"<style")
_START = 1024


def sheets_of(path: Path, limits: Limits) -> list[Sheet]:
    """Return the tables of a csv or xlsx file.

    Raises:
        FileError: the file is something else, damaged, or too large; the sentence says which.
    """
    with path.open("rb") as stream:
        start = stream.read(_START)
    if start.startswith(b"PK"):
        _check_office_zip(path)
        return xlsx_sheets(path, limits)
    if start.startswith(_OLE):
        raise FileError(_why_not_ole(path))
    for marks, message in _FOREIGN:
        if start.startswith(marks):
            raise FileError(message)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        raise FileError(f"这是网页或 XML 改了名字，不是表格，{_SAVE_AS}")
    return [csv_sheet(path, limits)]


def _check_office_zip(path: Path) -> None:
    """Refuse zips that hold no xlsx workbook, each by its own name."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = frozenset(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileError(DAMAGED) from error
    if WORKBOOK in names:
        return
    if "xl/workbook.bin" in names:
        raise FileError(f"这是 xlsb 工作簿，读不了，{_SAVE_AS}")
    if "content.xml" in names:
        raise FileError(f"这是 ods 表格，读不了，{_SAVE_AS}")
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise FileError("这是文字文档或演示文稿，不是表格，请交 xlsx 或 CSV。")
    raise FileError("这是压缩包，里面没有工作簿，请解压后交里面的 xlsx 或 CSV。")


def _why_not_ole(path: Path) -> str:
    """Say whether an old container holds an encrypted new workbook or an old one."""
    with path.open("rb") as stream:
        head = stream.read(1 << 20)
    if "EncryptedPackage".encode("utf-16-le") in head:
        return "工作簿设了打开密码，请去掉密码，另存为 xlsx 再交。"
    return f"这是旧格式的 xls 工作簿，读不了，{_SAVE_AS}"
