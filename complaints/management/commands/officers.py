"""`manage.py officers`: who holds a key, and the ceremony of the signed list (docs/complaints.md)."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints import demo
from complaints.models import OfficerKey
from complaints.sealing import ceremony, keys, officers
from complaints.sealing.ceremony import Change, WrongKeyError
from complaints.sealing.officers import Listed, UnsignedListError
from portal.people.models import User
from portal.vault.keys import MissingKeyError, read_key

_YEAR = timedelta(days=365)


class Command(BaseCommand):
    """Keys of officers."""

    help = "办案人员的密钥和名单：list、propose、sign（离线）、install、retire、code（演示）。"
    requires_system_checks = []  # `sign` runs on a machine that has neither keys nor database.

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one verb and what it needs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="谁有密钥，签进名单没有，指纹")
        propose = verbs.add_parser("propose", help="写出待签的名单")
        propose.add_argument("file", type=Path)
        propose.add_argument("--until", type=date.fromisoformat, help="有效到哪天（默认一年）")
        sign = verbs.add_parser("sign", help="用离线密钥签名，不用数据库")
        sign.add_argument("file", type=Path)
        sign.add_argument("--key", type=Path, required=True, help="commission.key")
        install = verbs.add_parser("install", help="核对签名并启用")
        install.add_argument("file", type=Path)
        for verb, text in (("retire", "停用一个人的密钥，删掉他的阅看权"), ("code", "演示用的动态码")):
            verbs.add_parser(verb, help=text).add_argument("user")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Run one verb."""
        try:
            getattr(self, f"_{options['verb']}")(options)
        except (UnsignedListError, MissingKeyError) as error:
            raise CommandError(str(error)) from error
        except WrongKeyError as error:
            raise CommandError("这把钥匙不是纪委的签名密钥（和 commission.pub 对不上）。") from error
        except OSError as error:
            raise CommandError(f"文件打不开或已经有了：{error.filename}") from error

    def _list(self, options: dict[str, Any]) -> None:
        today = timezone.localdate()
        try:
            signed = {one.public for one in officers.listed(today=today)}
        except UnsignedListError as error:
            self.stdout.write(str(error))
            signed = set()
        for key in OfficerKey.objects.filter(retired_at__isnull=True).select_related("user").order_by("user"):
            public = bytes(key.public)
            state = "已签" if public in signed else "未签"
            print_name = f"{key.user.username}（{key.user}）"
            self.stdout.write(f"{state}　{officers.fingerprint(public)}　{print_name}")

    def _propose(self, options: dict[str, Any]) -> None:
        today = timezone.localdate()
        until = options["until"] or today + _YEAR
        text, lines = ceremony.propose(until=until, today=today)
        _write(options["file"], text)
        self._show("　", lines)
        self.stdout.write("请每个人在自己的工作台上念出指纹，逐个对上，再拿去签名。对不上的不能签。")

    def _sign(self, options: dict[str, Any]) -> None:
        file: Path = options["file"]
        text = file.read_text(encoding="utf-8")
        beside = options["key"].with_suffix(".pub")
        public = read_key(beside) if beside.exists() else None
        signed = ceremony.sign(text, read_key(options["key"]), public=public)
        told = officers.parsed(text)
        target = file.with_name(f"{file.name}.signed")
        _write(target, signed)
        self._show("　", told.lines)
        self.stdout.write(f"已签名，第 {told.serial} 号，有效到 {told.until}：{target}")

    def _install(self, options: dict[str, Any]) -> None:
        signed = options["file"].read_text(encoding="utf-8")
        change = ceremony.install(signed, today=timezone.localdate())
        self._say(change)
        for trouble in officers.troubles(today=timezone.localdate()):
            self.stdout.write(f"注意：{trouble}")

    def _say(self, change: Change) -> None:
        self._show("增加　", change.added)
        self._show("去掉　", change.removed)
        self.stdout.write(f"第 {change.serial} 号名单已启用，有效到 {change.until}。")

    def _show(self, word: str, lines: list[Listed]) -> None:
        for one in lines:
            self.stdout.write(f"{word}{officers.fingerprint(one.public)}　{one.username}　{one.office}")

    def _retire(self, options: dict[str, Any]) -> None:
        user = _user(options["user"])
        gone = keys.retire(user, now=timezone.now())
        self.stdout.write(f"已停用 {user} 的密钥，删去 {gone} 份阅看权。请重新签一份名单。")

    def _code(self, options: dict[str, Any]) -> None:
        if settings.PRODUCTION:
            raise CommandError("正式环境没有这个命令：动态码只在本人的手机上。")
        if options["user"] not in demo.usernames():
            raise CommandError(f"演示里有工作台的人：{'、'.join(demo.usernames())}。")
        self.stdout.write(demo.totp_code(timezone.now()))


def _user(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError("没有这个用户。")
    return user


def _write(file: Path, text: str) -> None:
    """Write a new file for its owner alone."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
