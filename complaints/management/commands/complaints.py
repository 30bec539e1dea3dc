"""`manage.py complaints`: what the beat does each night, by hand."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from complaints import destroying, inbox
from portal.log.appending import LogStoppedError


class Command(BaseCommand):
    """Tell the log of finished weeks; destroy what is due."""

    help = "投诉举报：每周收件记进公开日志，到期的内容销毁。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one verb, and the moment it is done at."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, told in (("inbox", "每周收件的件数和根，记进公开日志"), ("destroy", "销毁到期的举报内容")):
            one = verbs.add_parser(verb, help=told)
            one.add_argument("--now", type=_moment, help="当作现在的时刻，如 2026-11-09T03:20+08:00")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Run one verb."""
        now: datetime = options["now"] or timezone.now()
        if options["verb"] == "destroy":
            self.stdout.write(f"销毁了 {destroying.destroy_due(now=now)} 件的内容。")
            return
        try:
            told = inbox.tell(now=now)
        except LogStoppedError as error:
            raise CommandError(f"公开日志要先修好：{error}") from error
        for week in told:
            self.stdout.write(f"{week}：{week.count} 件，公开日志编号 {week.index}。")
        if not told:
            self.stdout.write("没有要记的。")


def _moment(word: str) -> datetime:
    found = parse_datetime(word)
    if found is None:
        raise ValueError(word)
    return found if timezone.is_aware(found) else timezone.make_aware(found)
