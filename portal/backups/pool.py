"""Files in a backup folder, each once under the SHA-256 of its bytes: `files/ab/abcd…` (knows no Django).

A copy is written beside, flushed and renamed, so what carries a name is whole; a run cut short goes on
where it stopped.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

_READ = 1 << 20


@dataclass(frozen=True)
class Kept:
    """One file of the installation: its folder's name, its path in it, and its bytes by size and SHA-256."""

    root: str
    path: str
    size: int
    changed: int
    digest: str

    def to_line(self) -> str:
        """Return its line in the list of a backup."""
        return f"{self.digest} {self.size} {self.changed} {self.root}/{self.path}\n"

    @classmethod
    def from_line(cls, line: str) -> Kept:
        """Read a line again; raise ValueError for anything else."""
        digest, size, changed, where = line.rstrip("\n").split(" ")
        root, _, path = where.partition("/")
        if len(digest) != 64 or ".." in Path(path).parts or not path or Path(path).is_absolute():
            raise ValueError("not a line of a list of files")
        return cls(root, path, int(size), int(changed), digest)

    @property
    def key(self) -> tuple[str, str, int, int]:
        """What tells whether a file is the one of last time without reading it."""
        return self.root, self.path, self.size, self.changed


class Pool:
    """The files of all backups of one folder."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is made yet."""
        self._folder = folder / "files"

    def path_of(self, digest: str) -> Path:
        """Return where the bytes of a digest stand."""
        return self._folder / digest[:2] / digest

    def take(
        self, roots: Mapping[str, Path], known: Mapping[tuple[str, str, int, int], str]
    ) -> Iterator[Kept]:
        """Copy every file below some folders that is not there yet; yield each.

        `known` tells the digest of files that a former backup saw. What is removed meanwhile is left out.
        """
        for name, root in roots.items():
            for path in _files(root):
                try:
                    facts = path.lstat()
                    where = path.relative_to(root).as_posix()
                    found = Kept(name, where, facts.st_size, facts.st_mtime_ns, "")
                    digest = known.get(found.key, "")
                    if not digest or not self.path_of(digest).exists():
                        digest = self._copy(path)
                except FileNotFoundError:
                    continue
                yield replace(found, digest=digest)

    def _copy(self, source: Path) -> str:
        fresh = self._folder / f".{uuid4().hex}"
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            digest = copy(source, fresh)
            target = self.path_of(digest)
            target.parent.mkdir(exist_ok=True, mode=0o700)
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
        return digest

    def sweep(self, needed: Collection[str]) -> int:
        """Remove what no backup names any more, and what a run cut short left; return how many."""
        done = 0
        for path in [*self._folder.glob("??/*"), *self._folder.glob(".*")]:
            if path.name not in needed:
                path.unlink(missing_ok=True)
                done += 1
        return done


def copy(source: Path, target: Path) -> str:
    """Copy a file's bytes to a new file, on the disk when this returns; return their SHA-256."""
    digest = sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as writing, source.open("rb") as reading:
        while chunk := reading.read(_READ):
            digest.update(chunk)
            writing.write(chunk)
        writing.flush()
        os.fsync(descriptor)
    return digest.hexdigest()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    digest = sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_READ):
            digest.update(chunk)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Let the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _files(root: Path) -> Iterator[Path]:
    """Yield the finished files below a folder, in order: neither links nor what begins with a dot."""
    is_plain: Callable[[Path], bool] = lambda path: stat.S_ISREG(path.lstat().st_mode)  # noqa: E731
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            if not name.startswith(".") and path.exists() and is_plain(path):
                yield path
