"""`manage.py doctor`: exit 1 and plain causes where something must be mended."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.doctor import examine
from portal.log import keyfile
from portal.vault.files import make_missing_keys


class Command(BaseCommand):
    """Examine the installation."""

    help = "检查设置、密钥、服务、数据安全和磁盘。"
    requires_system_checks = []  # They are part of the examination.

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --init."""
        parser.add_argument("--init", action="store_true", help="生成缺少的密钥文件")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Print every note; fail when one of them is a fault."""
        if options["init"]:
            for name in make_missing_keys(settings.KEYS_DIR):
                self.stdout.write(f"已生成密钥 {name}。请马上离线备份 {settings.KEYS_DIR}。")
            if keyfile.make_missing(settings.LOG_KEY, keyfile.origin_of(settings.SITE_URL)):
                self.stdout.write(f"已生成日志的签名密钥。请马上离线备份 {settings.LOG_KEY}，它补不回来。")
        notes = examine()
        for note in notes:
            self.stdout.write(f"{'问题' if note.is_fault else '注意'}：{note.text}")
        faults = sum(note.is_fault for note in notes)
        if faults:
            raise CommandError(f"有 {faults} 个问题要处理。")
        self.stdout.write("一切正常。")
