"""Make a backup: one moment of the database, the files it speaks of, and a manifest; whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from psycopg import IsolationLevel

from portal.backups import ledger, server, shelf
from portal.backups.errors import BackupError
from portal.backups.manifest import Manifest, Part, fingerprints, log_keys, software
from portal.backups.pool import Kept, Pool, digest_of, sync_folder
from portal.log import highwater
from portal.log.highwater import MarkError
from portal.releases.verification import verify

DUMP, LIST, MARK = "database.dump", "files.list", "log.mark"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """A finished backup: where, what, and how many old ones were destroyed for it."""

    folder: Path
    manifest: Manifest
    bytes: int
    destroyed: int


def roots() -> dict[str, Path]:
    """Return the folders whose files belong to a backup, by the name it calls them.

    Uploads that wait (staging, incoming) must be gone after seven days, pages are made again: neither is in.
    """
    return {
        "documents": Path(settings.DOCUMENTS_DIR),
        "originals": Path(settings.ORIGINALS_DIR),
        "reports": Path(settings.REPORTS_DIR),
    }


def make(
    target: Path, *, at: datetime, even_if_broken: bool = False, progress: Progress = lambda _line: None
) -> Made:
    """Make a backup in a folder of backups, and destroy those older than may be kept.

    Raises:
        BackupError: the log is not what was signed (unless `even_if_broken`), another run is at it, the
            database does not answer, or a key is missing.
    """
    report = verify(full=False, at=at)
    broken = str(report.difference or "")
    if broken and not even_if_broken:
        raise BackupError(
            f"公开日志对不上：{broken}。先看运维手册“日志修复”。"
            "一定要现在备份，就加 --even-if-broken，备份里会写明。"
        )
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(target):
        name = at.astimezone(UTC).strftime(shelf.NAME)
        if (target / name).exists() or (target / f"{name}{shelf.BROKEN}").exists():
            raise BackupError(f"{target / name} 已经有了。")
        unfinished = target / f".{name}"
        unfinished.mkdir(mode=0o700)
        ledger.catch_up()
        ledger.merge(target / ledger.FILE)
        manifest = _fill(unfinished, target, at=at, broken=broken, progress=progress)
        done = target / (f"{name}{shelf.BROKEN}" if manifest.broken else name)
        sync_folder(unfinished)
        unfinished.rename(done)
        sync_folder(target)
        size = sum(part.size for part in manifest.parts.values())
        return Made(done, manifest, size, shelf.prune(target, before=at - kept_for()))


def kept_for() -> timedelta:
    """Return how long a backup is kept."""
    return timedelta(days=settings.BACKUP_KEEP_DAYS)


def _fill(folder: Path, target: Path, *, at: datetime, broken: str, progress: Progress) -> Manifest:
    """Put everything into a folder; return its manifest, written last."""
    _remember_mark(folder)
    with server.signed_in() as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        rows = server.count(connection)
        migrations = [
            f"{app}.{name}"
            for app, name in connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        ]
        head = connection.execute("SELECT size, root FROM log_head").fetchone() or (0, b"")
        newest = "SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1"
        note = connection.execute(newest).fetchone() or ("",)
        progress(f"数据库：{sum(rows.values())} 行……")
        server.dump(folder / DUMP, snapshot)
    (folder / DUMP).chmod(0o600)
    files, damaged = _keep_files(folder, target, progress)
    if damaged and not broken:
        broken = damaged
    parts = {
        path.name: Part(path.stat().st_size, digest_of(path))
        for path in sorted(folder.iterdir())
        if path.is_file()
    }
    manifest = Manifest(
        made_at=at.isoformat(),
        software=software(),
        environment=settings.PORTAL_ENV,
        broken=broken,
        roles=server.roles(),
        migrations=migrations,
        rows=rows,
        log_size=head[0],
        log_root=b64encode(head[1]).decode(),
        checkpoint=note[0],
        keys=fingerprints(),
        log_keys=log_keys(),
        files=files,
        parts=parts,
    )
    _flush(folder)
    manifest.write(folder)
    _flush(folder)
    return manifest


def _keep_files(folder: Path, target: Path, progress: Progress) -> tuple[int, str]:
    """Copy what is new to the pool and list everything; return how many, and the first damaged picture."""
    count, damaged = 0, ""
    pool, known = Pool(target), shelf.known_files(target)
    with (folder / LIST).open("x", encoding="ascii") as lines:
        (folder / LIST).chmod(0o600)
        for kept in pool.take(roots(), known):
            count += 1
            lines.write(kept.to_line())
            if not damaged and _is_damaged(kept):
                damaged = f"材料 {kept.path} 和它的指纹对不上"
            if count % 1000 == 0:
                progress(f"文件：{count} 个……")
    return count, damaged


def _is_damaged(kept: Kept) -> bool:
    """Say whether a picture is not what its name says."""
    return kept.root == "documents" and Path(kept.path).stem != kept.digest


def _remember_mark(folder: Path) -> None:
    """Copy the signer's memory before the snapshot: it may not be ahead of what the backup holds."""
    mark_file: Path = settings.LOG_KEY.with_suffix(".mark")
    try:
        mark = highwater.read(mark_file)
    except PermissionError:
        return  # the signer's own user keeps it
    except MarkError as error:
        raise BackupError(f"签名记录 {mark_file} 坏了，请先看运维手册“日志修复”。") from error
    if mark is not None:
        (folder / MARK).touch(mode=0o600)
        (folder / MARK).write_text(mark.to_text(), encoding="ascii")


def _flush(folder: Path) -> None:
    for path in folder.iterdir():
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Keep every other run off the folder; clear what a run that was killed left behind."""
    (target / ".lock").touch(mode=0o600)
    with (target / ".lock").open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"另一次备份正在写 {target}。") from None
        _clear(target)
        try:
            yield
        finally:
            _clear(target)


def _clear(target: Path) -> None:
    for path in target.glob(".[0-9]*"):
        shutil.rmtree(path, ignore_errors=True)
