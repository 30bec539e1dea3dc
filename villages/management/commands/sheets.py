"""Print a month of the books: one sheet per village of a place, in one PDF."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.codes.glyphs import MissingGlyphError
from portal.columns.column import CellError
from portal.columns.periods import Granularity, Period
from portal.places.models import Level, Region
from villages.paper import Paper, render
from villages.sheets import batch_of, imprint


class Command(BaseCommand):
    """Write the sheets; villages without books of the month are named on a page of their own."""

    help = "印公开单：一个村或一个乡镇各村某个月的账，A3 贴墙，A4 放桌上。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the place, the month, the paper and the file."""
        parser.add_argument("--region", required=True, help="12 位区划代码：乡镇或村")
        parser.add_argument("--period", required=True, help="哪个月，如 2026-10")
        parser.add_argument("--paper", choices=[str(paper) for paper in Paper], default=str(Paper.A3))
        parser.add_argument("file", type=Path, help="写到哪里，如 10月.pdf")

    def handle(
        self, *args: Any, region: str, period: str, paper: str, file: Path, **options: Any
    ) -> None:  # Django's own signature
        """Print what is published, and say what is not."""
        place = Region.objects.filter(code=region).first()
        if place is None:
            raise CommandError(f"没有区划代码 {region}。请核对 12 位代码。")
        month = _month(period)
        today = timezone.localdate()
        villages = Region.objects.within(place).current(today).filter(level=Level.VILLAGE)
        batch = batch_of(villages.with_ancestors().order_by("code"), month, today=today)
        if not batch.sheets:
            raise CommandError("这个月没有一个村公开了账。")
        try:
            pdf = render(batch.sheets, imprint(today), paper=Paper(paper), absent=batch.absent(month))
        except MissingGlyphError as error:
            raise CommandError(str(error)) from error
        file.write_bytes(pdf)
        self.stdout.write(f"{file}：{len(batch.sheets)} 个村")
        for village in batch.unpublished:
            self.stderr.write(f"{village.full_name}：这个月的账没公开")


def _month(told: str) -> Period:
    try:
        period = Period.parse(told)
    except CellError as error:
        raise CommandError(str(error)) from error
    if period.granularity is not Granularity.MONTH:
        raise CommandError("公开单按月印，请写成 2026-10 这样。")
    return period
