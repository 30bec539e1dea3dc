"""`manage.py demo_county FOLDER`: the demo's contract files, to try the load by hand."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.demo.building import SEED, build
from portal.demo.files import MANIFEST


class Command(BaseCommand):
    """Write the invented county's year into a folder; nothing is loaded."""

    help = "把演示县一年的表（虚构）写进一个文件夹，可以用 load --manifest 试着导入。"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder and the seed."""
        parser.add_argument("folder", type=Path, help="写到哪个文件夹")
        parser.add_argument("--seed", default=SEED, help="换一个种子，就换一批人")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Write, and say what to type next."""
        built = build(options["folder"], today=timezone.localdate(), seed=options["seed"])
        rows = sum(len(listing.rows) for listing in built.history)
        self.stdout.write(f"{len(built.history)} 份表，{rows:,} 行，清单是 {built.folder / MANIFEST}")
