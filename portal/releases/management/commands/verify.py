"""`manage.py verify`: exit 1 and the first difference where anything published was altered."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.releases.verification import verify


class Command(BaseCommand):
    """Compare the stored log and releases with what was signed."""

    help = "核对公开日志和已公开的每一行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --full."""
        parser.add_argument("--full", action="store_true", help="全部核对：每一行、每一块、每一个检查点")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Print what was compared; fail with the first difference."""
        report = verify(full=options["full"], at=timezone.now(), progress=self.stdout.write)
        if report.difference is not None:
            raise CommandError(f"对不上：{report.difference}")
        self.stdout.write(f"一致：日志 {report.size} 行，{report.releases} 批，{report.rows} 行数据。")
