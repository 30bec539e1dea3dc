"""`manage.py demo`: everything from nothing, one command."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.demo.runner import DemoError, Options, run


class Command(BaseCommand):
    """Run the demonstration until Ctrl-C."""

    help = "启动演示：数据库、虚构的县、网站和后台任务。按 Ctrl-C 停止，数据会保留。"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the contract's options; manage.py has already read them for the settings."""
        parser.add_argument("--host", default="127.0.0.1", help="监听的地址；0.0.0.0 表示局域网都能打开")
        parser.add_argument("--port", type=int, default=8000, help="端口")
        parser.add_argument("--data", default="", help="数据文件夹（默认 data）")
        parser.add_argument("--fresh", action="store_true", help="先删除上次的演示数据")

        parser.add_argument("--empty", action="store_true", help="只建空库，不放虚构的县")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Run; every reason not to is one plain line and exit status 3."""
        wanted = Options(
            data=Path(settings.DATA_DIR),
            host=options["host"],
            port=options["port"],
            site_url=settings.SITE_URL,
            fresh=options["fresh"],
            empty=options["empty"],
        )
        try:
            run(wanted, self._report)
        except DemoError as error:
            raise CommandError(str(error), returncode=3) from error

    def _report(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
