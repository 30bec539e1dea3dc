"""`manage.py demo_data`: schema, static files and the invented county; the demo runs it at every start."""

from __future__ import annotations

import importlib.util
import time
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal.demo.welcome import SIGN_INS

_COUNTY = "portal.demo.county"


class Command(BaseCommand):
    """Bring the demo's database up to date; running it twice changes nothing."""

    help = "准备演示数据（由 demo 命令调用）。"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --empty."""
        parser.add_argument("--empty", action="store_true", help="只建空库")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Migrate, collect, fill."""
        if settings.PRODUCTION:
            raise CommandError("这里是正式环境，不能放演示数据。")
        started = time.monotonic()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        self._report(f"数据表已就绪（{time.monotonic() - started:.1f} 秒）。")
        if options["empty"] or importlib.util.find_spec(_COUNTY) is None:
            return
        county = import_module(_COUNTY)
        county.ensure(self._report)
        if hasattr(county, "sign_ins"):
            Path(settings.DATA_DIR, SIGN_INS).write_text(county.sign_ins(), encoding="utf-8")

    def _report(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
