"""Files picked in a form, one by one or packed in zips, that wait sealed; read like a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from portal.documents import incoming
from portal.documents.filenames import base_name, folded
from portal.documents.receiving import SealedUpload
from portal.documents.sequence import SequentialReader
from portal.documents.zips import GivenFileError, Member, ZipMembers
from portal.vault.sealed import DamagedFileError

_HEAD = b"PK\x03\x04"
# These begin like a zip too, and are refused as what they are.
_OFFICE = (".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".ofd", ".wps", ".et", ".odt", ".ods")
_LOST = "收到的文件丢了或坏了。请再交一次。"


@dataclass(frozen=True)
class Picked:
    """One sealed file under its own name; of two with one name, that of the later `round` is meant."""

    name: str
    sealed_name: str
    size: int
    is_zip: bool = False
    round: int = 1


def picked(upload: SealedUpload, *, round_: int = 1) -> Picked:
    """Return a received file as one that was picked."""
    name = upload.name or ""
    return Picked(name, upload.sealed_name, upload.size, is_zip(upload), round_)


def is_zip(upload: SealedUpload) -> bool:
    """Return whether a file is meant as a zip of files, by its name or its first bytes."""
    name = (upload.name or "").lower()
    head = next(upload.chunks(), b"") if upload.size else b""
    return name.endswith(".zip") or (head.startswith(_HEAD) and not name.endswith(_OFFICE))


@dataclass(frozen=True)
class _Key:
    """Where a file is found: by itself, or in one of the zips."""

    sealed_name: str
    inner: object = None
    zip: ZipMembers | None = None


class PickedMembers:
    """The files of a form, the latest first; those in zips among them."""

    def __init__(self, files: Sequence[Picked]) -> None:
        """Open the zips, in memory.

        Raises:
            UnreadableZipError: one is no zip, damaged, or without an honest directory.
            FileNotFoundError, DamagedFileError: a sealed file is gone or was altered.
        """
        self._files = sorted(files, key=lambda file: -file.round)
        self._stack = ExitStack()
        self._zips: dict[str, ZipMembers] = {}
        try:
            for file in self._files:
                if file.is_zip:
                    path = self._stack.enter_context(incoming.opened(file.sealed_name))
                    stream = self._stack.enter_context(path.open("rb"))
                    self._zips[file.sealed_name] = ZipMembers(stream)
        except BaseException:
            self._stack.close()
            raise

    def members(self) -> Iterator[tuple[Member, _Key]]:
        """Yield the files; one that was handed in again later hides the earlier of its name."""
        later: set[str] = set()
        current: set[str] = set()
        at = None
        for file in self._files:
            if file.round != at:
                later |= current
                current, at = set(), file.round
            for member, key in self._of(file):
                name = folded(base_name(member.path))
                if name not in later:
                    current.add(name)
                    yield member, key

    def _of(self, file: Picked) -> Iterator[tuple[Member, _Key]]:
        members = self._zips.get(file.sealed_name)
        if members is None:
            yield Member(file.name, file.size), _Key(file.sealed_name)
            return
        for member, info in members.members():
            yield member, _Key(file.sealed_name, info, members)

    def open(self, key: _Key) -> BinaryIO:
        """Open a file; reading raises GivenFileError where it is damaged or gone."""
        if key.zip is not None:
            return key.zip.open(key.inner)  # type: ignore[arg-type] # the zip's own key
        try:
            return SequentialReader.over(incoming.chunks(key.sealed_name), partial(GivenFileError, _LOST))
        except (FileNotFoundError, DamagedFileError) as error:
            raise GivenFileError(_LOST) from error

    def close(self) -> None:
        """Let go of the zips."""
        for members in self._zips.values():
            members.close()
        self._stack.close()
