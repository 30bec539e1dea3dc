"""A folder of backups: their names tell when they were made; old ones are destroyed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from portal.backups.errors import BackupError
from portal.backups.pool import Kept, Pool

NAME = "%Y%m%dT%H%M%SZ"
# At the end of the name of one that was made of a damaged log, by an order of its own.
BROKEN = "-broken"
LIST = "files.list"


def backups(target: Path) -> list[tuple[datetime, Path]]:
    """Return the finished backups of a folder, the newest first; raise OSError where it cannot be read."""
    found = [(at, path) for path in target.iterdir() if (at := _made_at(path)) is not None]
    return sorted(found, reverse=True)


def newest(target: Path) -> datetime | None:
    """Return when the newest backup of a sound log was made; None without one."""
    return next((at for at, path in backups(target) if not path.name.endswith(BROKEN)), None)


def known_files(target: Path) -> dict[tuple[str, str, int, int], str]:
    """Return what the newest backup knows of each file, so that it need not be read again."""
    for _, path in backups(target):
        try:
            return {kept.key: kept.digest for kept in files(path)}
        except BackupError:
            continue
    return {}


def files(backup: Path) -> Iterator[Kept]:
    """Yield the files of a backup; raise BackupError where its list is missing or damaged."""
    try:
        with (backup / LIST).open(encoding="ascii") as lines:
            for line in lines:
                yield Kept.from_line(line)
    except (OSError, ValueError) as error:
        raise BackupError(f"{backup / LIST} 不在或坏了。") from error


def prune(target: Path, *, before: datetime) -> int:
    """Destroy the backups made before a moment, and the files only they held; return how many backups.

    Where the list of one that stays cannot be read, no file goes: it might be that one's.
    """
    old = [path for at, path in backups(target) if at < before]
    for path in old:
        # Renamed first, so that one destroyed by half is no backup any more.
        going = path.with_name(f".{path.name}")
        path.rename(going)
        shutil.rmtree(going)
    needed: set[str] = set()
    try:
        for _, path in backups(target):
            needed |= {kept.digest for kept in files(path)}
    except BackupError:
        return len(old)
    Pool(target).sweep(needed)
    return len(old)


def _made_at(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.name.removesuffix(BROKEN), NAME).replace(tzinfo=UTC)
    except ValueError:
        return None
