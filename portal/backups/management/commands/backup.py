"""`manage.py backup DIR`: database, files, manifest; exit 1 where the log is not what was signed."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.backups.errors import BackupError
from portal.backups.making import make


class Command(BaseCommand):
    """Make a backup."""

    help = "备份数据库和文件，写清单；密钥不在里面，要另外保管。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", type=Path, help="放备份的文件夹（最好在别的磁盘上）")
        parser.add_argument(
            "--even-if-broken", action="store_true", help="公开日志对不上也要备份，清单里写明"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Make it, and say where it is."""
        try:
            made = make(
                options["folder"].resolve(),
                at=timezone.now(),
                even_if_broken=options["even_if_broken"],
                progress=self.stdout.write,
            )
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        rows = sum(made.manifest.rows.values())
        told = f"{rows} 行，{made.manifest.files} 个文件，公开日志 {made.manifest.log_size} 行"
        self.stdout.write(f"备份好了：{made.folder}，{told}。")
        if made.manifest.broken:
            self.stdout.write(f"注意：备份时就对不上：{made.manifest.broken}")
        if made.destroyed:
            self.stdout.write(f"销毁了 {made.destroyed} 份过期的备份。")
        self.stdout.write("密钥文件夹和签名密钥不在备份里，请确认另外存好了。")
