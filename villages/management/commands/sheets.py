"""Print a month of the books of a village, or of every village of a township, as one PDF."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.codes.staff.listing import villages_of
from portal.columns.column import CellError
from portal.columns.periods import Granularity, Period
from portal.places.models import Level, Region
from villages import paper, sheets
from villages.paper import Paper


class Command(BaseCommand):
    """Write one PDF with a sheet per village; make the codes that do not exist yet."""

    help = "印一个月的账：一个村一份，乡镇就是每个村一份；没公开的村会点名。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the place, the month, the paper and the file."""
        parser.add_argument("--region", required=True, help="12 位区划代码：村或乡镇")
        parser.add_argument("--period", required=True, help="哪个月，如 2026-10")
        parser.add_argument("--paper", choices=list(Paper), default=Paper.A3, help="a3 贴墙，a4 放桌上")
        parser.add_argument("--until", type=date.fromisoformat, help="贴到哪天，如 2026-12-23（可以不写）")
        parser.add_argument("file", type=Path, help="写进哪个 PDF 文件")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:  # Django's own signature
        """Print what can be printed; then name what could not, and fail where that is a fault."""
        today = timezone.localdate()
        period = _month(options["period"])
        batch = sheets.batch_of(_villages(options["region"], today), period, today=today)
        kept, refused = sheets.printable(batch.sheets)
        names = "、".join(region.short_name for region in batch.unpublished)
        if kept:
            shared = sheets.imprint(today, until=options["until"])
            absent = batch.absent(period, refused)
            file.write_bytes(paper.render(kept, shared, paper=Paper(options["paper"]), absent=absent))
            self.stdout.write(f"{file}：{len(kept)} 个村")
        if names:
            self.stderr.write(f"{period} 的账没公开，没有印：{names}")
        if refused:
            raise CommandError("\n".join(["这些村印不了：", *refused]))
        if not kept:
            raise CommandError("没有可以印的账。")


def _month(word: str) -> Period:
    try:
        period = Period.parse(word)
    except CellError as error:
        raise CommandError(str(error)) from error
    if period.granularity is not Granularity.MONTH:
        raise CommandError("公开单按月印，请写成 2026-10 这样。")
    return period


def _villages(code: str, today: date) -> list[Region]:
    place = Region.objects.with_ancestors().filter(code=code).first()
    if place is None:
        raise CommandError(f"没有区划代码 {code}。请核对 12 位代码。")
    if place.level == Level.VILLAGE:
        return [place]
    if place.level != Level.TOWNSHIP:
        raise CommandError("一次印一个村或一个乡镇。")
    return list(villages_of(place, today))
