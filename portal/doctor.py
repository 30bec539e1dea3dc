"""What is wrong with this installation, in plain words: settings, keys, services, durability, disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.utils import timezone

from portal import env, troubles
from portal.health import NotReady, broker_answers, check_database
from portal.log import condition
from portal.log.keyfile import SigningKeyError, load
from portal.outbox import condition as outbox
from portal.outbox import mail
from portal.vault.files import key_problems
from portal.workdays import calendar

_OLDEST_SERVER = 170_000
_LEAST_FREE = 1 << 30
_COMFORTABLE_FREE = 5 << 30
_MOST_DRIFT_SECONDS = 60


@dataclass(frozen=True)
class Note:
    """One observation; `is_fault` when it must be mended before visitors come."""

    text: str
    is_fault: bool = True


def examine() -> list[Note]:
    """Look at everything once; an empty list is good health."""
    looks: list[Callable[[], Iterator[Note]]] = [
        _settings,
        _keys,
        _database,
        _log,
        _calendar,
        _outbox,
        _mail,
        _broker,
        _parts,
        _disk,
    ]
    return [note for look in looks for note in look()]


def _settings() -> Iterator[Note]:
    try:
        found = run_checks(include_deployment_checks=settings.PRODUCTION)
    except ImproperlyConfigured as error:  # A check of Django's own may need what is missing.
        yield Note(f"设置不完整：{error}")
        return
    for message in found:
        yield Note(str(message.msg), is_fault=message.is_serious())
    if settings.PRODUCTION and not env.secret("DATABASE_URL"):
        yield Note("正在用自带的数据库（没有设置 DATABASE_URL）。单机可以，请按时备份。", is_fault=False)
    if settings.PRODUCTION and not settings.BACKUP_DIR:
        yield Note("没有设置 BACKUP_DIR，不会自动备份（见运维手册“备份”）。", is_fault=False)


def _keys() -> Iterator[Note]:
    if not settings.PRODUCTION:  # In production the system checks say it.
        yield from map(Note, key_problems(settings.KEYS_DIR))


def _database() -> Iterator[Note]:
    try:
        check_database()
    except NotReady as cause:
        if str(cause) == "down":
            yield Note("连不上数据库。请看 DATABASE_URL 是否正确、服务是否在运行。")
            return
        yield Note("数据表不是最新的。请运行 manage.py migrate。")
    try:
        yield from _durability()
        yield from map(Note, talkative(_server_settings()))
    except DatabaseError:
        yield Note("数据库在检查途中断开了，请再试一次。")


def _log() -> Iterator[Note]:
    try:
        load(settings.LOG_KEY)
    except SigningKeyError as error:
        # On a server of its own the signer's key is not for this account to read.
        if not settings.LOG_KEY.with_suffix(".pub").is_file():
            yield Note(str(error))
    try:
        yield from map(Note, condition.troubles(timezone.now()))
        if condition.is_overdue(timezone.now()):
            yield Note("一天半没有核对公开日志了。请运行 manage.py verify --full。", is_fault=False)
    except DatabaseError:
        return  # said already


def _calendar() -> Iterator[Note]:
    try:
        known = calendar.current()
    except DatabaseError:
        return  # said already
    for year in calendar.gaps(known, timezone.localdate()):
        yield Note(
            f"没有 {year} 年的放假安排，办理期限暂按周一到周五算。"
            "请运行 manage.py workdays load（见运维手册“工作日历”）。",
            is_fault=False,
        )


def _outbox() -> Iterator[Note]:
    try:
        found = outbox.look()
    except DatabaseError:
        return  # said already
    if found.dead:
        yield Note(
            f"有 {found.dead} 件事（邮件、提醒等）试了多次没办成，已经放弃。请看 manage.py outbox list，"
            "改好原因后 manage.py outbox retry --dead。"
        )
    if found.is_late:
        yield Note(
            f"有事情等了 {found.oldest_seconds / 60:.0f} 分钟还没人办。"
            "后台任务（celery worker 和 beat）在运行吗？也可以先运行 manage.py outbox run。"
        )


def _parts() -> Iterator[Note]:
    try:
        yield from map(Note, troubles.sentences(timezone.localdate()))
    except DatabaseError:
        return  # said already


def _mail() -> Iterator[Note]:
    if not mail.is_configured():
        yield Note("没有设置 EMAIL_HOST，不发邮件；要提醒的事只在工作台里看得到。", is_fault=False)


def _durability() -> Iterator[Note]:
    with connections["default"].cursor() as cursor:
        for name in ("fsync", "full_page_writes"):
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone()[0] != "on":
                yield Note(f"数据库的 {name} 关着，断电会丢数据。请打开。")
        cursor.execute(
            "SELECT current_setting('server_version_num')::int, rolsuper OR rolbypassrls OR rolcreatedb,"
            " current_setting('synchronous_commit'),"
            " abs(extract(epoch FROM now()) - %s) FROM pg_roles WHERE rolname = current_user",
            [_now()],
        )
        version, is_strong, commit, drift = cursor.fetchone()
    if version < _OLDEST_SERVER:
        yield Note("数据库版本太旧，需要 PostgreSQL 17 或更新。")
    if is_strong:
        yield Note("网站用的数据库账号权限太大，应是只能读写数据的普通账号。")
    if commit == "off":
        yield Note("数据库的 synchronous_commit 关着，断电会丢刚公开的数据。请打开。")
    if drift > _MOST_DRIFT_SECONDS:
        yield Note("这台机器与数据库的时钟相差一分钟以上，请校准。")


# What would write statements or their values into the database's own log.
_QUIET = {"log_statement": {"none", "ddl"}, "log_min_duration_statement": {"-1"}}
_QUIET |= {"log_parameter_max_length_on_error": {"0"}}


def talkative(found: Mapping[str, str]) -> Iterator[str]:
    """Say which settings of the database server put what people send into its log."""
    for name, quiet in _QUIET.items():
        if name in found and found[name] not in quiet:
            yield f"数据库的 {name} 是 {found[name]}，日志里会有数据。请改成 {max(quiet)}。"


def _server_settings() -> dict[str, str]:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(_QUIET)])
        return dict(cursor.fetchall())


def _now() -> float:
    return timezone.now().timestamp()


def _broker() -> Iterator[Note]:
    if broker_answers():
        return
    if env.secret("REDIS_URL"):
        yield Note("连不上消息服务（REDIS_URL）。网页照常，后台任务会等它恢复。")
    else:
        yield Note("自带的消息服务现在没有运行（演示运行时才有），后台任务在等。", is_fault=False)


def _disk() -> Iterator[Note]:
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < _COMFORTABLE_FREE:
        yield Note(f"磁盘只剩 {free / (1 << 30):.1f} GB。", is_fault=free < _LEAST_FREE)
