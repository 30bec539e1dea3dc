"""A folder of files, read without following a link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from portal.documents.zips import GivenFileError, Member

_LINK = "这是快捷方式，不是文件。请放文件本身。"
_LOCKED = "这个文件打不开。请看一看它的权限。"


class FolderMembers:
    """The files of a folder and of the folders in it."""

    def __init__(self, root: Path) -> None:
        """Remember where to look."""
        self._root = root

    def members(self) -> Iterator[tuple[Member, Path]]:
        """Yield the files sorted by their path."""
        for folder, folders, names in os.walk(self._root, followlinks=False):
            links = [name for name in folders if Path(folder, name).is_symlink()]
            folders[:] = sorted(set(folders) - set(links))
            for name in sorted([*names, *links]):
                path = Path(folder, name)
                yield self._member(path), path

    def _member(self, path: Path) -> Member:
        where = path.relative_to(self._root).as_posix()
        where = where.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        try:
            facts = path.lstat()
        except OSError:
            return Member(where, 0, _LOCKED)
        return Member(where, facts.st_size, "" if stat.S_ISREG(facts.st_mode) else _LINK)

    def open(self, path: Path) -> BinaryIO:
        """Open a file that is still one; raise GivenFileError where it is not."""
        try:
            # O_NONBLOCK: a pipe that took the file's place must not hold us.
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise GivenFileError(_LOCKED) from error
        stream = os.fdopen(descriptor, "rb")
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            stream.close()
            raise GivenFileError(_LINK)
        return stream

    def close(self) -> None:
        """Do nothing."""
