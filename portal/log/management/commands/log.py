"""`manage.py log`: sign, show, witness and cosign the public log; change its key."""

from __future__ import annotations

import sys
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections
from django.utils import timezone

from portal.log import feeding, keyfile, reading, rotation, signing, witness
from portal.log.keyfile import SigningKeyError
from portal.log.rotation import RotationError
from portal.log.signing import InconsistentError
from portal.record.verifying import RefusedError

_PAUSE = 1.0
_BETWEEN_WITNESSES = 600.0


class Command(BaseCommand):
    """The public log."""

    help = "公开日志：签名、检查点、见证、换密钥。"
    requires_system_checks = []  # A witness's laptop has no installation to check.

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one verb and what it needs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        sign = verbs.add_parser("sign", help="签名程序，一直运行")
        sign.add_argument("--once", action="store_true", help="只看一次")
        verbs.add_parser("checkpoint", help="最新的检查点")
        watch = verbs.add_parser("witness", help="现成的见证程序：给网址就去取，不给就等着收")
        watch.add_argument("url", nargs="?", default="", help="日志网址，如 https://ma.example.cn/log")
        watch.add_argument(
            "--name", default="witness.example/laptop", help="见证单位的名字（一把密钥用一个）"
        )
        watch.add_argument("--folder", type=Path, default=Path("witness"), help="放密钥和上次见到的检查点")
        watch.add_argument("--listen", default="127.0.0.1:8190", help="不给网址时在哪里等")
        watch.add_argument("--keys", type=Path, help="日志公钥文件；不给就第一次时从网址取")
        cosign = verbs.add_parser("cosign", help="收下见证单位寄来的一行签名")
        cosign.add_argument("size", type=int)
        cosign.add_argument("file", type=Path)
        rotate = verbs.add_parser("rotate", help="换签名密钥")
        rotate.add_argument("--finish", action="store_true", help="停用旧密钥")
        rotate.add_argument("--early", action="store_true", help="不等满 90 天（密钥泄露）")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Run one verb."""
        verb = getattr(self, f"_{options['verb']}")
        try:
            verb(options)
        except (SigningKeyError, InconsistentError, RefusedError, RotationError) as error:
            raise CommandError(str(error)) from error

    def _sign(self, options: dict[str, Any]) -> None:
        if options["once"]:
            sealed = signing.look(keyfile.load(settings.LOG_KEY), mark_file(), at=timezone.now())
            self.stdout.write(f"已签到 {sealed.after} 行。")
            return
        feeder = _Feeder()
        said = ""
        while True:
            said = self._turn(feeder, said)
            time.sleep(_PAUSE)

    def _turn(self, feeder: _Feeder, said: str) -> str:
        """Look once; say a trouble when it is new, and return it."""
        try:
            signing.look(keyfile.load(settings.LOG_KEY), mark_file(), at=timezone.now())
        except (SigningKeyError, InconsistentError) as error:
            trouble = str(error)
        except DatabaseError:
            connections.close_all()
            trouble = "连不上数据库，等它恢复。"
        else:
            feeder.wake()
            trouble = ""
        if trouble and trouble != said:
            self.stderr.write(trouble)
        return trouble

    def _checkpoint(self, options: dict[str, Any]) -> None:
        checkpoint = reading.newest()
        if checkpoint is None:
            raise CommandError("还没有检查点。签名程序（manage.py log sign）在运行吗？")
        self.stdout.write(reading.full_note(checkpoint), ending="")

    def _witness(self, options: dict[str, Any]) -> None:
        folder, url = options["folder"], options["url"].rstrip("/")
        keys = options["keys"].read_text(encoding="utf-8").split() if options["keys"] else []
        signer = witness.signer_in(folder, options["name"])
        if url:
            own = witness.Witness(signer, folder, keys or witness.pinned_keys(folder, url))
            try:
                size, line = witness.look(own, url, at=int(time.time()))
            except OSError as error:
                raise CommandError(f"取不到 {url}：{error}") from error
            self.stderr.write(f"{size} 行，接得上。公钥 {signer.witness_vkey}")
            self.stdout.write(line, ending="")
            return
        if not keys:
            raise CommandError("要等着收，先用 --keys 给日志的公钥文件。")
        host, _, port = options["listen"].rpartition(":")
        own = witness.Witness(signer, folder, keys)
        self.stderr.write(f"在 {options['listen']} 等着。公钥 {signer.witness_vkey}")
        with witness.server(own, host, int(port), now=lambda: int(time.time())) as server:
            server.serve_forever()

    def _cosign(self, options: dict[str, Any]) -> None:
        checkpoint = reading.at(options["size"])
        if checkpoint is None:
            raise CommandError(f"没有 {options['size']} 行的检查点。")
        line = options["file"].read_text(encoding="utf-8")
        name = feeding.keep(checkpoint, line, feeding.watchers())
        self.stdout.write(f"收下了 {name} 的签名。")

    def _rotate(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        if options["finish"]:
            old = rotation.finish(settings.LOG_KEY, at=now, early=options["early"])
            self.stdout.write(f"旧密钥已停用：{old}")
            return
        fresh = rotation.begin(settings.LOG_KEY, at=now)
        self.stdout.write(
            f"新密钥已在日志里写明，两把一起签 90 天。请备份 {settings.LOG_KEY}。\n{fresh.vkey}"
        )


def mark_file() -> Path:
    """Return the file that remembers the largest head signed."""
    file: Path = settings.LOG_KEY.with_suffix(".mark")
    return file


class _Feeder:
    """Sends to the witnesses beside the signing, which must not wait for them."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._size = 0
        self._at = 0.0

    def wake(self) -> None:
        """Send when the log has grown, or again after ten minutes."""
        size = reading.head_size()
        due = size != self._size or time.monotonic() - self._at > _BETWEEN_WITNESSES
        if not due or (self._thread and self._thread.is_alive()):
            return
        self._size, self._at = size, time.monotonic()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            feeding.feed()
        except DatabaseError as error:
            sys.stderr.write(f"{type(error).__name__}\n")
        finally:
            connections.close_all()
