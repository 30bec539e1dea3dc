"""`manage.py template KIND [FILE.xlsx]`: writes the empty workbook of a kind."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.imports.workbooks import write_template
from portal.releases.registry import get, kinds


class Command(BaseCommand):
    """Exit status: 0 written, 2 wrong usage."""

    help = "写出一种模板的空表：表头、下拉选项、说明和一行示例。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help="模板，如 payments")
        parser.add_argument("file", nargs="?", type=Path, help="写到哪里；不写就是 KIND.xlsx")

    def handle(self, **options: Any) -> None:  # the parser's own namespace
        disclosure = get(options["kind"])
        if disclosure is None:
            known = "、".join(f"{one.code}（{one.title}）" for one in kinds())
            self.stderr.write(f"没有 {options['kind']} 这种模板。有：{known}")
            sys.exit(2)
        path: Path = options["file"] or Path(f"{disclosure.code}.xlsx")
        try:
            with path.open("wb") as stream:
                write_template(disclosure.title, disclosure.columns, stream)
        except OSError:
            self.stderr.write(f"写不了 {path}，请核对文件夹在不在、能不能写。")
            sys.exit(2)
        self.stdout.write(f"{disclosure.title}：{path}")
