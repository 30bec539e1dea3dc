"""Files given beside a table: a folder, or a zip. Every name and every size in them is a stranger's word.

What is wrong with one file is a sentence in `problems`; only a zip that cannot be read at all is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self

from django.conf import settings

from portal.documents.cleaning.causes import Cause
from portal.documents.filenames import bad_path, base_name, folded, is_of_the_system, shown
from portal.documents.folders import FolderMembers
from portal.documents.making import too_big
from portal.documents.words import sentence
from portal.documents.zips import GivenFileError, Member, UnreadableZipError, ZipMembers

__all__ = ["GivenFileError", "GivenFiles", "UnreadableZipError"]
TWICE = "有两个文件都叫这个名字，不知道用哪一个。请改名，或删掉一个。"
_TOO_MUCH = "文件太多或太大，从这个起没有读。请分几次交。"
_MISSING = "没有找到这个文件。请看一看名字写得对不对，或把它一起交上来。"


class Members(Protocol):
    """Where files are found: a folder, a zip, what was picked in a form."""

    def members(self) -> Iterator[tuple[Member, Any]]:
        """Yield the files, each with a key of its own kind."""

    def open(self, key: Any, /) -> BinaryIO:
        """Open a file by its key."""

    def close(self) -> None:
        """Let go of what was opened."""


class GivenFiles:
    """The files of a folder or zip by their names, without their folders; closes with the block."""

    def __init__(self, members: Members, stack: ExitStack) -> None:
        """Look at every name and size; use `open`."""
        self._members, self._stack = members, stack
        self._found: dict[str, tuple[int, Any]] = {}  # the key of a folder or zip is its own affair
        self._folded: dict[str, str] = {}
        self.problems: dict[str, str] = {}
        self._left = settings.DOCUMENTS_MOST_INFLATED
        for member, key in members.members():
            if is_of_the_system(member.path):
                continue
            if len(self._folded) >= settings.DOCUMENTS_MOST_GIVEN:
                self.problems[shown(base_name(member.path))] = _TOO_MUCH
                break
            self._add(member, key)

    @classmethod
    def open(cls, source: Path | BinaryIO) -> Self:
        """Open a folder, a zip, or an open file that holds a zip.

        Raises:
            UnreadableZipError: no zip, damaged, or without an honest directory.
            FileNotFoundError: there is nothing at the path.
        """
        stack = ExitStack()
        try:
            if isinstance(source, Path) and source.is_dir():
                return cls(FolderMembers(source), stack)
            stream = stack.enter_context(source.open("rb")) if isinstance(source, Path) else source
            members = ZipMembers(stream)
            stack.callback(members.close)
            return cls(members, stack)
        except BaseException:
            stack.close()
            raise

    @classmethod
    def among(cls, members: Members) -> Self:
        """Look through files that are open already, and close them with the block."""
        stack = ExitStack()
        stack.callback(members.close)
        try:
            return cls(members, stack)
        except BaseException:
            stack.close()
            raise

    @property
    def names(self) -> list[str]:
        """The names of the files that can be opened, sorted."""
        return sorted(self._found)

    def find(self, written: str) -> str | None:
        """Return the name of the file that is meant by what somebody wrote, in whatever case and form."""
        name = self._folded.get(folded(base_name(written.strip())))
        return name if name in self._found else None

    def size(self, name: str) -> int:
        """Return how large a file says it is; raise KeyError for one that cannot be opened."""
        return self._found[name][0]

    def problem(self, name: str) -> str | None:
        """Return why a file cannot be had by this name, or nothing."""
        if name in self._found:
            return None
        return self.problems.get(name, _MISSING)

    def open_file(self, name: str) -> BinaryIO:
        """Open a file for reading in pieces; raise KeyError for one that cannot be opened.

        Raises:
            GivenFileError: it is damaged or gone, here or while it is read.
        """
        opened: BinaryIO = self._members.open(self._found[name][1])
        return opened

    def _add(self, member: Member, key: Any) -> None:
        name = shown(base_name(member.path))
        before = self._folded.setdefault(folded(name), name)
        if before in self._found or before in self.problems:
            for one in (before, name):
                self._found.pop(one, None)
                self.problems[one] = TWICE
            return
        problem = bad_path(member.path) or member.problem or self._size_problem(member.size)
        if problem:
            self.problems[name] = problem
        else:
            self._found[name] = (member.size, key)

    def _size_problem(self, size: int) -> str | None:
        if not size:
            return sentence(Cause.EMPTY)
        if size > settings.DOCUMENTS_MOST_BYTES:
            return too_big().sentence
        self._left -= size
        return _TOO_MUCH if self._left < 0 else None

    def close(self) -> None:
        """Let go of the zip."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
