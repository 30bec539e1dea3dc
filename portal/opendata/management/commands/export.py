"""`manage.py export`: what the public may see of a kind, as data; or a published release to be corrected.

`export KIND --region CODE --format csv|json FILE` writes what the page /data/ hands out. `export --release
ID FILE` is for an operator who holds the installation's keys: full names stand in that workbook, numbers by
their last four digits.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

from django.core.management.base import BaseCommand

from portal.imports.exporting import write_export
from portal.opendata.records import Table
from portal.opendata.writing import FORMATS
from portal.places.models import Region
from portal.releases import registry
from portal.releases.models import Release


class Command(BaseCommand):
    """Exit status: 0 written, 2 wrong usage."""

    help = "把公开的数据写成文件；或把公开了的一批写成表，改好后用 load --corrects 交回来。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("told", nargs="+", metavar="KIND FILE", help="模板和文件；更正时只写文件")
        parser.add_argument("--region", help="地区的 12 位代码")
        parser.add_argument("--format", choices=sorted(FORMATS), default="csv", help="文件的格式")
        parser.add_argument("--release", help="要更正的批次编号")

    def handle(self, **options: Any) -> None:  # the parser's own namespace
        told: list[str] = options["told"]
        if options["release"] and len(told) == 1:
            self._workbook(options["release"], Path(told[0]))
        elif not options["release"] and len(told) == 2:
            self._data(told[0], options["region"] or "", options["format"], Path(told[1]))
        else:
            self._refuse("请写 export 模板 --region 代码 文件，或 export --release 编号 文件。")

    def _data(self, kind: str, code: str, form: str, path: Path) -> None:
        disclosure, region = registry.get(kind), Region.objects.with_ancestors().filter(code=code).first()
        if disclosure is None:
            self._refuse(f"没有 {kind} 这个模板。有：{'、'.join(one.code for one in registry.kinds())}。")
        if region is None:
            self._refuse(f"没有代码是 {code or '空'} 的地区，请用 --region 写 12 位代码。")
        try:
            with path.open("w", encoding="utf-8", newline="") as stream:
                stream.writelines(FORMATS[form](Table(disclosure, region)))
        except OSError:
            self._refuse(f"写不了 {path}，请核对文件夹在不在、能不能写。")
        self.stdout.write(f"{region.full_name or region.name}的{disclosure.title}，写在 {path}。")

    def _workbook(self, number: str, path: Path) -> None:
        release = _published(number)
        if release is None:
            self._refuse(f"没有 {number} 这一批，或它还没有公开。")
        try:
            # It holds names: nobody but the operator reads it.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError:
            self._refuse(f"写不了 {path}，请核对文件夹在不在、能不能写。")
        with os.fdopen(descriptor, "wb") as stream:
            count = write_export(release, stream)
        self.stdout.write(f"{release}：{count} 行，写在 {path}。里面有全名，用完请删掉。")

    def _refuse(self, why: str) -> NoReturn:
        self.stderr.write(why)
        sys.exit(2)


def _published(told: str) -> Release | None:
    try:
        return Release.objects.published().with_names().filter(pk=UUID(told)).first()
    except ValueError:
        return None
