"""Is there a fresh backup: said by `doctor`, and named by `/readyz`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils import timezone

from portal import troubles
from portal.backups import shelf
from portal.backups.restoring import unfinished

# A night's backup, and two hours for it to be made.
_STALE = timedelta(hours=26)


def register_part() -> None:
    """Let the room speak; called once at start-up."""
    troubles.register(troubles.Part(name="backup", quick=quick, thorough=lambda _today: ()))


def quick(_today: date) -> Iterator[str]:
    """Say that backups are wanted and the newest is too old, or that there is none."""
    if not settings.BACKUP_DIR:
        return
    try:
        newest = shelf.newest(Path(settings.BACKUP_DIR))
    except OSError:
        yield f"备份文件夹 {settings.BACKUP_DIR} 打不开。磁盘还连着吗？"
        return
    if newest is None:
        yield f"{settings.BACKUP_DIR} 里还没有一份完好的备份。请运行 manage.py backup {settings.BACKUP_DIR}。"
    elif (age := timezone.now() - newest) > _STALE:
        hours = age.total_seconds() / 3600
        yield f"最近一份完好的备份是 {hours:.0f} 小时前的。请看后台任务在不在运行，磁盘满没满。"


@register
def restore_is_finished(**kwargs: object) -> list[CheckMessage]:
    """No page is served between a restored database and what the law took away since."""
    if not unfinished().exists():
        return []
    return [Error("恢复没有做完，网站不能开。请再运行一次 manage.py restore。", id="portal.E101")]
