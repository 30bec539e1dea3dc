"""`manage.py load KIND FILE --body CODE --period PERIOD`: loads contract files into draft releases."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand

from portal.imports.operator import Operator, UsageError
from portal.imports.outcome import Outcome


class Command(BaseCommand):
    """Exit status: 0 loaded, 1 refused with row errors and nothing loaded, 2 wrong usage."""

    help = "把一份表（或一份清单里的许多表）载入为草稿批次；--publish 连同逐级审核一次走完。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", nargs="?", default="", help="模板，如 payments")
        parser.add_argument("file", nargs="?", type=Path, help="csv 或 xlsx")
        parser.add_argument("--manifest", type=Path, help="清单（csv），一行一份表")
        parser.add_argument("--body", default="", help="责任主体代码")
        parser.add_argument("--period", default="", help="所属期：2026、2026H1、2026Q1、2026-03")
        parser.add_argument("--item", default="", help="公开目录编码")
        parser.add_argument("--batch", type=int, default=1, help="批次号")
        parser.add_argument("--stage", choices=["notice", "paid"], default="paid", help="notice：公示")
        parser.add_argument("--expected", default="", help="拨款文件金额（元）")
        parser.add_argument("--opening", default="", help="期初余额（元），村级账本第一次公开时写")
        parser.add_argument("--files", type=Path, help="附件所在的文件夹或 zip")
        parser.add_argument("--corrects", default="", help="更正哪一批（批次编号）")
        parser.add_argument("--reason", default="", help="更正原因")
        parser.add_argument("--map", type=Path, help="表头对照（JSON：自己的表头 → 模板表头）")
        parser.add_argument("--all-sheets", action="store_true", help="每村一页的表，全读")
        parser.add_argument("--history", action="store_true", help="旧数据，可以没有身份证号和账号")
        parser.add_argument("--nil", action="store_true", help="本期无发生")
        parser.add_argument("--publish", action="store_true", help="由一名操作员走完审核并公开")
        parser.add_argument("--as", dest="username", default="", help="以谁的名义（用户名）")
        parser.add_argument("--processes", type=int, default=2, help="几个进程一起读")
        parser.add_argument("--json", action="store_true", help="只打印一个 JSON 对象")

    def handle(self, **options: Any) -> None:  # the parser's own namespace
        try:
            operator = Operator.from_options(options)
            outcomes = operator.run(report=self._progress if not options["json"] else _quiet)
        except UsageError as error:
            self.stderr.write(str(error))
            sys.exit(2)
        if options["json"]:
            found = [outcome.as_dict() for outcome in outcomes]
            document = found[0] if len(found) == 1 and not options["manifest"] else {"loads": found}
            self.stdout.write(orjson.dumps(document).decode())
        else:
            for outcome in outcomes:
                self._tell(outcome)
        sys.exit(1 if any(outcome.refused for outcome in outcomes) else 0)

    def _progress(self, text: str) -> None:
        self.stderr.write(text)

    def _tell(self, outcome: Outcome) -> None:
        for line in outcome.sentences():
            self.stdout.write(line)


def _quiet(_text: str) -> None:
    """Report no progress."""
