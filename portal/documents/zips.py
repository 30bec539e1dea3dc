"""A zip of files, read with its directory bounded and every inflated byte counted."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

from portal.documents.filenames import decoded

# About twenty thousand names; the directory is read whole, and a forged one could be as large as the file.
_MOST_DIRECTORY = 4 << 20
_RATIO, _RATIO_FROM = 200, 4 << 20
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = "这个文件有密码，打不开。请打包时不要设密码。"
_METHOD = "压缩方式不常见，打不开。请用系统自带的压缩重新打包（zip）。"
_DAMAGED = "这个文件在压缩包里坏了。请重新打包再交。"
_SWELLS = "这个文件展开后大得不正常，没有读。请重新打包再交。"
UNREADABLE = "压缩包坏了、没有传完，或者不是 zip。请重新打包成 zip 再交。"
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
)


class UnreadableZipError(Exception):
    """The zip as a whole cannot be read; the text says what to do."""


class GivenFileError(Exception):
    """One given file cannot be read; the text says what to do."""


@dataclass(frozen=True)
class Member:
    """One file of a zip or folder: where it stands, how large it says it is, what forbids reading it."""

    path: str
    size: int
    problem: str = ""


class _Frugal(io.RawIOBase):
    """A file that gives no more at once than an honest directory needs."""

    def __init__(self, stream: BinaryIO) -> None:
        """Wrap a binary file."""
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        """Read like the file; raise BadZipFile for a directory that is too large."""
        if size > _MOST_DIRECTORY:
            raise zipfile.BadZipFile("directory too large")
        return self._stream.read(size if size >= 0 else _MOST_DIRECTORY)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Seek like the file."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Tell like the file."""
        return self._stream.tell()

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def readable(self) -> bool:
        """Say yes."""
        return True


class ZipMembers:
    """The files of a zip."""

    def __init__(self, stream: BinaryIO) -> None:
        """Read the directory; the stream stays the caller's to close.

        Raises:
            UnreadableZipError: no zip, damaged, or its directory is too large.
        """
        try:
            self._zip = zipfile.ZipFile(_Frugal(stream))
        except _FAULTS as error:
            raise UnreadableZipError(UNREADABLE) from error

    def members(self) -> Iterator[tuple[Member, zipfile.ZipInfo]]:
        """Yield the files in the order of the directory, without folders."""
        for info in self._zip.infolist():
            path = _path(info)
            if path.endswith("/") or stat.S_ISDIR(info.external_attr >> 16):
                continue
            yield Member(path, info.file_size, _problem(info)), info

    def open(self, info: zipfile.ZipInfo) -> BinaryIO:
        """Open a file; reading raises GivenFileError where it is damaged or not as large as it says."""
        try:
            return io.BufferedReader(_Counted(self._zip.open(info), info.file_size), 1 << 16)
        except _FAULTS as error:
            raise GivenFileError(_DAMAGED) from error

    def close(self) -> None:
        """Forget the directory."""
        self._zip.close()


class _Counted(io.RawIOBase):
    """A file of a zip whose size is counted; faults of the zip come out as sentences."""

    def __init__(self, part: IO[bytes], size: int) -> None:
        self._part, self._left = part, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:  # any writable buffer; the type is Python 3.12's
        try:
            chunk = self._part.read(len(buffer))
        except _FAULTS as error:
            raise GivenFileError(_DAMAGED) from error
        self._left -= len(chunk)
        if self._left < 0:
            raise GivenFileError(_SWELLS)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._part.close()
        super().close()


def _path(info: zipfile.ZipInfo) -> str:
    """Return a member's path as its maker saw it."""
    name = info.orig_filename
    is_utf8 = bool(info.flag_bits & _UTF8_FLAG)
    raw = name.encode("utf-8" if is_utf8 else "cp437", "surrogateescape")
    return decoded(raw, is_utf8=is_utf8).replace("\\", "/")


def _problem(info: zipfile.ZipInfo) -> str:
    if stat.S_ISLNK(info.external_attr >> 16):
        return "这是快捷方式，不是文件。请放文件本身。"
    if info.flag_bits & _ENCRYPTED_FLAG:
        return _ENCRYPTED
    if info.compress_type not in _METHODS:
        return _METHOD
    if info.file_size > _RATIO_FROM and info.file_size > info.compress_size * _RATIO:
        return _SWELLS
    return ""
