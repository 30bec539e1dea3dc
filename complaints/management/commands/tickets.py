"""`manage.py tickets`: what the clock does to tickets, by hand; the scheduler does the same."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from complaints import escalating, recounting, reminders


class Command(BaseCommand):
    """Deadlines of tickets."""

    help = "工单期限：检查（scan）、早上提醒（digest）、重算（recount）、查清时钟后继续（resume）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one verb, and a moment for tests and drills."""
        parser.add_argument("verb", choices=["scan", "digest", "recount", "resume"])
        parser.add_argument("--now", metavar="TIME", help="当作现在的时刻，如 2026-11-09T08:00+08:00")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Run one verb."""
        now = _moment(options["now"])
        self.stdout.write(getattr(self, f"_{options['verb']}")(now))

    def _scan(self, now: datetime | None) -> str:
        done = escalating.scan(now)
        if done.paused:
            raise CommandError(f"没有检查：{done.paused}。查清时钟后运行 manage.py tickets resume。")
        return f"升级 {done.escalated} 次，退回移送 {done.returned} 件。"

    def _digest(self, now: datetime | None) -> str:
        return f"要发 {reminders.digest(now or escalating.database_now())} 封提醒。"

    def _recount(self, now: datetime | None) -> str:
        return f"重算了 {recounting.recount(now or escalating.database_now())} 件的期限。"

    def _resume(self, now: datetime | None) -> str:
        escalating.resume(now or escalating.database_now())
        return "继续检查期限。"


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"看不懂时刻“{text}”，请写成 2026-11-09T08:00+08:00。")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
