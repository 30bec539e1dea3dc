"""Print the posters of every village of a place: one PDF per township."""

from __future__ import annotations

from argparse import ArgumentParser
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.codes.actions import code_for_region
from portal.codes.glyphs import MissingGlyphError
from portal.codes.models import Code
from portal.codes.sheets import poster_of, posters_pdf
from portal.places.models import Level, Region


class Command(BaseCommand):
    """Write a PDF per township, a page per village; make the codes that do not exist yet."""

    help = "印海报：给一个地方的每个村（社区）印一页，每个乡镇一个文件。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the place and the folder."""
        parser.add_argument("--region", required=True, help="12 位区划代码：市、县、乡镇或村")
        parser.add_argument("folder", type=Path, help="海报放在哪个文件夹")

    def handle(self, *args: Any, region: str, folder: Path, **options: Any) -> None:  # Django's own signature
        """Print what can be printed, then fail with the names that could not."""
        place = Region.objects.filter(code=region).first()
        if place is None:
            raise CommandError(f"没有区划代码 {region}。请核对 12 位代码。")
        villages = (
            Region.objects.within(place)
            .current(timezone.localdate())
            .filter(level=Level.VILLAGE)
            .with_ancestors()
            .order_by("code")
        )
        folder.mkdir(parents=True, exist_ok=True)
        refused: list[str] = []
        for township, members in groupby(villages, key=lambda village: village.parent):
            codes = [code_for_region(village) for village in members]
            printable = [code for code in codes if self._is_printable(code, refused)]
            if township is None or not printable:
                continue
            file = folder / f"{township.code} {township.short_name}.pdf"
            file.write_bytes(posters_pdf(printable))
            self.stdout.write(f"{file}：{len(printable)} 张")
        self.stdout.write("先印三张，用便宜手机各扫一遍，都能打开再张贴。")
        if refused:
            raise CommandError("\n".join(["这些村的海报没有印：", *refused]))

    @staticmethod
    def _is_printable(code: Code, refused: list[str]) -> bool:
        try:
            poster_of(code)
        except MissingGlyphError as error:
            refused.append(str(error))
            return False
        return True
