"""`manage.py workdays`: load the yearly notice on days off, show a year."""

from __future__ import annotations

from argparse import ArgumentParser
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.workdays.actions import CalendarFileError, load_calendar
from portal.workdays.calendar import current
from portal.workdays.models import Kind, Workday


class Command(BaseCommand):
    """The calendar of days off and make-up working days."""

    help = "工作日历：载入每年的放假安排（load），看一年的（show）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one verb and what it needs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        load = verbs.add_parser("load", help="载入放假安排；不给文件就用自带的")
        load.add_argument("file", nargs="?", type=Path, help="csv：date,kind,holiday")
        show = verbs.add_parser("show", help="看一年的放假和调休")
        show.add_argument("year", type=int)

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Run one verb."""
        if options["verb"] == "load":
            self._load(options["file"])
        else:
            self._show(options["year"])

    def _load(self, file: Path | None) -> None:
        try:
            changed = load_calendar(file)
        except CalendarFileError as error:
            raise CommandError(str(error)) from error
        years = "、".join(map(str, sorted(current().years))) or "没有"
        self.stdout.write(f"改了 {changed} 天。有放假安排的年份：{years}。")

    def _show(self, year: int) -> None:
        days = Workday.objects.filter(on__year=year)
        for (name, kind), found in groupby(days, key=lambda day: (day.name, day.kind)):
            spoken = "、".join(f"{day.on.month}月{day.on.day}日" for day in found)
            self.stdout.write(f"{name}{Kind(kind).label}：{spoken}")
        if not current().is_known(year):
            raise CommandError(f"没有 {year} 年的放假安排，按周一到周五算。")
