"""The zip around a workbook: opened with its sizes checked, inflated with every byte counted."""

from __future__ import annotations

import posixpath
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portal.imports.reading.errors import FileError
from portal.imports.reading.raw import Limits

_CHUNK = 1 << 16
_SMALL_PART = 20 * 1024**2
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
DAMAGED = "文件已损坏或没有传完，请用表格软件打开后重新另存为 xlsx。"
TOO_LARGE = "工作簿展开后太大，请删掉多余的行、列和图片，或另存为 CSV 再交。"
_ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


class Package:
    """An open zip of office parts, with limits."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Open the zip and judge its directory.

        Raises:
            FileError: no zip, damaged, encrypted, or larger than `limits` allow.
        """
        self.limits = limits
        if path.stat().st_size > limits.packed:
            raise FileError(f"文件超过 {limits.packed >> 20} MB，请拆成几个文件，或另存为 CSV 再交。")
        try:
            self._zip = zipfile.ZipFile(path)
        except _ZIP_FAULTS as error:
            raise FileError(DAMAGED) from error
        # A refusal leaves half-read parts behind; the file is closed with the last of them.
        weakref.finalize(self, self._zip.close)
        if len(self._zip.infolist()) > limits.parts:
            raise FileError(TOO_LARGE)
        self.names = frozenset(self._zip.namelist())

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part's bytes; the count, not the directory, decides what is too much.

        Raises:
            FileError: the part is missing, damaged, encrypted, or inflates beyond the limits.
        """
        try:
            info = self._zip.getinfo(name)
        except KeyError as error:
            raise FileError(DAMAGED) from error
        self._check(info.file_size, info.compress_size)
        total = 0
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(_CHUNK):
                    total += len(chunk)
                    self._check(total, info.compress_size)
                    yield chunk
        except _ZIP_FAULTS as error:
            raise FileError(DAMAGED) from error

    def tree(self, name: str) -> Element:
        """Return a small part parsed, without entities."""
        data = bytearray()
        for chunk in self.chunks(name):
            data += chunk
            if len(data) > _SMALL_PART:
                raise FileError(TOO_LARGE)
        try:
            root: Element = fromstring(bytes(data), forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise FileError(DAMAGED) from error
        return root

    def relations(self, name: str) -> dict[str, str]:
        """Return the parts that a part points at, by relation id."""
        folder, file = posixpath.split(name)
        found = {}
        for relation in self.tree(f"{folder}/_rels/{file}.rels").iter(_RELATION):
            target = relation.get("Target", "")
            path = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            found[relation.get("Id", "")] = path
        return found

    def _check(self, inflated: int, packed: int) -> None:
        """Refuse sizes that no honest table has."""
        too_dense = inflated > self.limits.ratio_from and inflated > packed * self.limits.ratio
        if inflated > self.limits.inflated or too_dense:
            raise FileError(TOO_LARGE)


def parser() -> Any:  # expat's parser type has no public name
    """Return an expat parser that refuses document types, and with them every entity."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartDoctypeDeclHandler = _refuse_doctype
    return made


def feed(made: Any, chunk: bytes, *, last: bool = False) -> None:
    """Parse more of a part; raise FileError where it is no XML."""
    try:
        made.Parse(chunk, last)
    except expat.ExpatError as error:
        raise FileError(DAMAGED) from error


def _refuse_doctype(*_declaration: object) -> None:
    """Refuse: no office program writes a document type, and entities can blow up or read files."""
    raise FileError(DAMAGED)
