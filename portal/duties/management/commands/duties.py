"""`manage.py duties`: make the duties that the catalogue calls for, remind of them, say what is missing."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.duties.generating import refresh
from portal.duties.models import Duty
from portal.duties.reminding import remind


class Command(BaseCommand):
    """Bring duties up to date, remind of them, or count them."""

    help = "公开责任：按目录重新算（refresh），提醒（remind），或看有多少没公开（show）"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("do", choices=["refresh", "remind", "show"])
        parser.add_argument("--now", type=date.fromisoformat, default=None, help="当作今天，如 2026-11-25")

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["now"] or timezone.localdate()
        if options["do"] == "refresh":
            done = refresh(today=today)
            self.stdout.write(
                f"新加 {done.added} 项，去掉 {done.dropped} 项，改期 {done.moved} 项，公开了 {done.met} 项。"
            )
        if options["do"] == "remind":
            if today > timezone.localdate():
                raise CommandError("提醒发出去收不回来，不能提前发。")
            told = remind(today=today, at=timezone.now())
            self.stdout.write(f"记下 {told.levels} 次提醒，写了 {told.letters} 封信。")
        past = Duty.objects.past(today)
        self.stdout.write(
            f"到 {today} 为止该公开 {past.count()} 项，没公开 {Duty.objects.missing(today).count()} 项。"
        )
