"""Put a backup in the place of an installation: refuse what cannot be right, then database, files, and law.

While it runs, and after a run cut short, a mark in the data folder keeps the website from starting
(`checks.E101`): no page may show what was erased since the backup was made.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from portal.backups import hooks, ledger, manifest, pool, server, shelf
from portal.backups.errors import BackupError
from portal.backups.making import DUMP, MARK, roots
from portal.backups.manifest import Manifest
from portal.backups.pool import Kept, Pool
from portal.backups.replaying import Replayed, replay
from portal.log import highwater, reading
from portal.log.highwater import Mark, MarkError
from portal.record import verifying
from portal.record.verifying import RefusedError
from portal.releases.verification import Report, verify

Progress = Callable[[str], None]
_HOLDS_DATA = ("people_user", "places_region", "releases_release", "log_leaf")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the operator asks for: over an installation that holds data; which head was last seen signed."""

    at: datetime
    over: bool = False
    seen: str = ""
    nothing_later: bool = False
    progress: Progress = field(default=lambda _line: None)


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came back, what the law took again, and what the verification says of it."""

    manifest: Manifest
    replayed: Replayed
    report: Report
    # How many entries the log lacks of what was once signed.
    behind: int


def unfinished() -> Path:
    """Return the mark of a restore that was not finished."""
    return Path(settings.DATA_DIR) / "restoring"


def found_in(given: Path) -> Path:
    """Return the backup a folder is, or the newest of those in it; raise BackupError for neither."""
    if (given / manifest.FILE).exists():
        return given
    try:
        sound = [path for _, path in shelf.backups(given) if not path.name.endswith(shelf.BROKEN)]
    except OSError as error:
        raise BackupError(f"{given} 打不开。") from error
    if not sound:
        raise BackupError(f"{given} 里没有做完的备份。")
    return sound[0]


def check(backup: Path, progress: Progress = lambda _line: None) -> Manifest:
    """Read every byte of a backup against its manifest, and this installation's keys; change nothing.

    Raises:
        BackupError: the first thing that is missing, altered, of other keys, or of a newer program.
    """
    found = manifest.read(backup)
    for name, part in found.parts.items():
        path = backup / name
        if not path.is_file():
            raise BackupError(f"备份缺了 {path}。请换一份备份。")
        if path.stat().st_size != part.size or pool.digest_of(path) != part.sha256:
            raise BackupError(f"{path} 和备份时的不一样，坏了或被改过。请换一份备份。")
    kept_in = Pool(backup.parent)
    for number, kept in enumerate(shelf.files(backup), 1):
        path = kept_in.path_of(kept.digest)
        if not path.is_file():
            raise BackupError(f"备份缺了文件 {path}（{kept.root}/{kept.path}）。请换一份备份。")
        if pool.digest_of(path) != kept.digest:
            raise BackupError(f"{path}（{kept.root}/{kept.path}）坏了或被改过。请换一份备份。")
        if number % 1000 == 0:
            progress(f"核对文件：{number} 个……")
    _refuse_newer(found)
    return found


def restore(backup: Path, wish: Wish) -> Restored:
    """Restore a backup.

    Raises:
        BackupError: refused before anything was changed, or a step failed; then run it again.
    """
    found = check(backup, wish.progress)
    if found.environment != settings.PORTAL_ENV:
        raise BackupError(f"这是 {found.environment} 的备份，这里是 {settings.PORTAL_ENV}，不能混用。")
    if found.roles != server.roles():
        raise BackupError(f"备份用的数据库账号是 {'、'.join(found.roles)}，这里的不一样。请建同名的账号。")
    acts = [
        *ledger.read(backup.parent / ledger.FILE),
        *(act for path in ledger.paths() for act in ledger.read(path)),
    ]
    mark = _last_signed(backup, wish)
    server.leave()
    _refuse_in_use(wish)
    _begin(backup)
    _move_mark(mark)
    wish.progress("正在装数据库……")
    server.load(backup / DUMP, found.rows)
    if _known_migrations() - set(found.migrations):
        call_command("migrate", interactive=False, verbosity=0)
    wish.progress("正在放回文件……")
    _put_back(backup)
    shutil.rmtree(settings.PAGES_DIR, ignore_errors=True)
    wish.progress("正在重做备份以后的依法删除……")
    replayed = replay(sorted(acts, key=lambda act: int(act["index"])))
    ledger.catch_up()
    for do in hooks.after_restore:
        do(wish.at)
    unfinished().unlink()
    wish.progress("正在全量核对……")
    report = verify(full=True, at=wish.at, progress=wish.progress)
    behind = max(0, (mark.size if mark else 0) - reading.head_size())
    return Restored(manifest=found, replayed=replayed, report=report, behind=behind)


def _refuse_newer(found: Manifest) -> None:
    """Refuse a schema that this program does not know."""
    if newer := sorted(set(found.migrations) - _known_migrations()):
        raise BackupError(f"备份的表结构比这个程序新（{newer[0]}）。请先更新程序，再恢复。")


def _known_migrations() -> set[str]:
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or {}}


def _refuse_in_use(wish: Wish) -> None:
    with server.signed_in() as connection:
        if others := server.sessions(connection):
            raise BackupError(
                f"还有 {others} 个程序连着数据库。请先停掉网站、后台任务、定时任务和签名程序，再恢复。"
            )
        there = set(server.tables(connection))
        filled = [
            name
            for name in _HOLDS_DATA
            if name in there and connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()  # noqa: S608 # constants
        ]
    if filled and not wish.over and not unfinished().exists():
        raise BackupError("这里已经有数据，恢复会整个换掉它。确定要换，先做一次备份，再加 --over。")


def _last_signed(backup: Path, wish: Wish) -> Mark | None:
    """Return the largest head known to have been signed: here, by the backup, and by whoever saw a later one.

    Raises:
        BackupError: this machine's signer remembers nothing and nobody else was asked: a head might be signed
            a second time with other content.
    """
    own = _mark(settings.LOG_KEY.with_suffix(".mark"))
    known = [own, _mark(backup / MARK), _seen(wish.seen)]
    marks = sorted((mark for mark in known if mark is not None), key=lambda mark: mark.size)
    if marks and own is None and not wish.seen and not wish.nothing_later:
        raise BackupError(
            "这台机器没有签名程序的记录（log.mark），不知道备份以后还签过什么。请向见证单位或镜像要最新的检查点，"
            "用 --seen 文件 交来；问过了、确实没有更新的，用 --nothing-later。"
        )
    return marks[-1] if marks else None


def _mark(path: Path) -> Mark | None:
    try:
        return highwater.read(path)
    except PermissionError as error:
        raise BackupError(f"读不出 {path}。请用签名程序的账号，或 root，来恢复。") from error
    except MarkError as error:
        raise BackupError(f"{path} 坏了。请从见证单位要最新的检查点，用 --seen 文件 交来。") from error


def _seen(note: str) -> Mark | None:
    """Return the head that a signed note names."""
    if not note:
        return None
    try:
        head = verifying.open_checkpoint(note, manifest.log_keys())
    except RefusedError as error:
        raise BackupError(f"--seen 给的检查点不对：{error}。") from error
    return Mark(head.size, head.root)


def _move_mark(mark: Mark | None) -> None:
    """Let the signer remember the largest head; it never goes back with the database."""
    path: Path = settings.LOG_KEY.with_suffix(".mark")
    if mark is None:
        return
    with highwater.held(path):
        own = highwater.read(path)
        if own is None or own.size < mark.size:
            highwater.move(path, seen=own, to=mark)


def _begin(backup: Path) -> None:
    path = unfinished()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(f"{backup}\n", encoding="utf-8")
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    pool.sync_folder(path.parent)


def _put_back(backup: Path) -> None:
    """Put every file in its place; what stands there already with the same bytes stays."""
    kept_in, places = Pool(backup.parent), roots()
    for kept in shelf.files(backup):
        target = places[kept.root] / kept.path
        if not _stands(target, kept):
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = target.with_name(f".{target.name}.restoring")
            fresh.unlink(missing_ok=True)
            pool.copy(kept_in.path_of(kept.digest), fresh)
            fresh.replace(target)


def _stands(target: Path, kept: Kept) -> bool:
    return target.is_file() and target.stat().st_size == kept.size and pool.digest_of(target) == kept.digest
