"""`manage.py tickets`: what the clock does to tickets, by hand; the scheduler does the same."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from complaints.results import inbox
from complaints.tickets import destroying, escalating, recounting, reminders
from portal.log.appending import LogStoppedError


class Command(BaseCommand):
    """Deadlines, letters, weeks and the end of tickets."""

    help = "工单到点要做的事，手工做一次；平时由后台自动做。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one verb, and the moment it is done at."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, (told, _) in _VERBS.items():
            one = verbs.add_parser(verb, help=told)
            one.add_argument(
                "--now", type=_moment, metavar="TIME", help="当作现在的时刻，如 2026-11-09T08:00+08:00"
            )

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Run one verb."""
        _, act = _VERBS[options["verb"]]
        self.stdout.write(act(options["now"] or escalating.database_now()))


def _scan(now: datetime) -> str:
    done = escalating.scan(now)
    if done.paused:
        raise CommandError(f"没有检查：{done.paused}。查清时钟后运行 manage.py tickets resume。")
    return f"升级 {done.escalated} 次，退回移送 {done.returned} 件。"


def _digest(now: datetime) -> str:
    return f"要发 {reminders.digest(now)} 封提醒。"


def _recount(now: datetime) -> str:
    return f"重算了 {recounting.recount(now)} 件的期限。"


def _resume(now: datetime) -> str:
    escalating.resume(now)
    return "继续检查期限。"


def _inbox(now: datetime) -> str:
    try:
        told = inbox.tell(now=now)
    except LogStoppedError as error:
        raise CommandError(f"公开日志要先修好：{error}") from error
    return (
        "\n".join(f"{week}：{week.count} 件，公开日志编号 {week.index}。" for week in told) or "没有要记的。"
    )


def _destroy(now: datetime) -> str:
    if reason := escalating.doubt(now):
        raise CommandError(f"没有销毁：{reason}。查清时钟后运行 manage.py tickets resume。")
    return f"销毁了 {destroying.destroy_due(now=now)} 件的内容。"


_VERBS: dict[str, tuple[str, Callable[[datetime], str]]] = {
    "scan": ("检查期限，该升级的升级", _scan),
    "digest": ("早上的提醒", _digest),
    "recount": ("放假安排变了，重算期限", _recount),
    "resume": ("时钟查清以后，继续检查期限", _resume),
    "inbox": ("每周收件的件数和根，记进公开日志", _inbox),
    "destroy": ("销毁到期的举报内容", _destroy),
}


def _moment(word: str) -> datetime:
    try:
        found = parse_datetime(word)
    except ValueError:
        found = None
    if found is None:
        raise ArgumentTypeError(f"看不懂时刻“{word}”，请写成 2026-11-09T08:00+08:00")
    return found if timezone.is_aware(found) else timezone.make_aware(found)
