"""`manage.py restore DIR`: refuses a broken backup; erases again what was erased since it was made."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.backups.errors import BackupError
from portal.backups.restoring import Restored, Wish, check, found_in, restore


class Command(BaseCommand):
    """Restore a backup."""

    help = "从备份恢复。先停掉网站、后台任务、定时任务和签名程序，先放好密钥文件夹。"
    requires_system_checks = []  # A restore that was cut short is one of them.

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, and what the operator answers for."""
        parser.add_argument("folder", type=Path, help="一份备份，或放备份的文件夹（用最新的一份）")
        parser.add_argument("--check", action="store_true", help="只核对这份备份，什么也不改")
        parser.add_argument("--over", action="store_true", help="这里已有数据也换掉")
        parser.add_argument("--seen", type=Path, help="见证单位或镜像见过的最新检查点（文件）")
        parser.add_argument("--nothing-later", action="store_true", help="问过了，备份以后没有签过新的检查点")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Check or restore, and say what came of it."""
        try:
            backup = found_in(options["folder"].resolve())
            if options["check"]:
                found = check(backup, self.stdout.write)
                self.stdout.write(f"{backup} 是好的：公开日志 {found.log_size} 行，{found.files} 个文件。")
                if found.broken:
                    self.stdout.write(f"注意：备份时公开日志就对不上：{found.broken}")
                return
            seen = options["seen"].read_text(encoding="utf-8") if options["seen"] else ""
            wish = Wish(
                at=timezone.now(),
                over=options["over"],
                seen=seen,
                nothing_later=options["nothing_later"],
                progress=self.stdout.write,
            )
            self._tell(restore(backup, wish))
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error

    def _tell(self, done: Restored) -> None:
        self.stdout.write(f"恢复到了 {done.manifest.made_at}，公开日志 {done.manifest.log_size} 行。")
        if done.replayed.done:
            self.stdout.write(f"备份以后依法删除、少公开的 {done.replayed.done} 件，已经再办一次。")
        for remark in done.replayed.remarks:
            self.stdout.write(f"注意：{remark}")
        if done.behind:
            raise CommandError(
                f"公开日志比签过的少 {done.behind} 行：签名程序会拒绝再签，新的公开会停下。"
                "网站可以开，页面先不盖章。请按运维手册“日志修复”补齐。"
            )
        if done.report.difference is not None:
            raise CommandError(f"核对不上：{done.report.difference}。请看运维手册“日志修复”。")
        self.stdout.write("全量核对一致。现在可以启动网站、后台任务、定时任务和签名程序。")
