"""`manage.py outbox`: do what waits without a broker, show it, try dead effects again."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections
from django.utils import timezone

from portal.outbox.actions import revive
from portal.outbox.dispatching import Dispatched, dispatch
from portal.outbox.models import Effect

_PAUSE = 5.0
_MOST_SHOWN = 200


class Command(BaseCommand):
    """The outbox."""

    help = "待办的事：没有消息服务时也照办（run）、看看（list）、再试（retry）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one verb and what it needs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        run = verbs.add_parser("run", help="一直看着数据库，到时候就办")
        run.add_argument("--once", action="store_true", help="把现在能办的办完就停")
        verbs.add_parser("list", help="等着的和放弃了的")
        retry = verbs.add_parser("retry", help="放弃了的，再试")
        retry.add_argument("ids", nargs="*", type=int, metavar="ID", help="序号，见 list")
        retry.add_argument("--dead", action="store_true", help="所有放弃了的")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Run one verb."""
        getattr(self, f"_{options['verb']}")(options)

    def _run(self, options: dict[str, Any]) -> None:
        if options["once"]:
            result = _all_there_is()
            self.stdout.write(f"办成 {result.done} 件，以后再试 {result.failed} 件，放弃 {result.dead} 件。")
            return
        said = False
        while True:
            try:
                dispatch()
                said = False
            except DatabaseError:
                connections.close_all()
                if not said:
                    self.stderr.write("连不上数据库，等它恢复。")
                said = True
            time.sleep(_PAUSE)

    def _list(self, options: dict[str, Any]) -> None:
        for title, found in (("等着的", Effect.objects.waiting()), ("放弃了的", Effect.objects.dead())):
            self.stdout.write(f"{title}：{found.count()} 件")
            for effect in found.order_by("created_at", "pk")[:_MOST_SHOWN]:
                self.stdout.write("  " + _line(effect))

    def _retry(self, options: dict[str, Any]) -> None:
        dead = Effect.objects.dead().values_list("pk", flat=True)
        chosen = list(dead) if options["dead"] else options["ids"]
        if not chosen and not options["dead"]:
            raise CommandError("写出序号，或者加 --dead。序号见 manage.py outbox list。")
        not_dead = [one for one in chosen if not revive(one)]
        self.stdout.write(f"{len(chosen) - len(not_dead)} 件重新等着办。")
        if not_dead:
            raise CommandError(f"没有放弃过，不用再试：{'、'.join(map(str, not_dead))}")


def _all_there_is() -> Dispatched:
    total = Dispatched(is_more=True)
    while total.is_more:
        result = dispatch()
        total.done += result.done
        total.failed += result.failed
        total.dead += result.dead
        total.is_more = result.is_more
    return total


def _line(effect: Effect) -> str:
    written = timezone.localtime(effect.created_at).strftime("%Y-%m-%d %H:%M")
    words = [str(effect.pk), effect.topic, effect.key, effect.state, f"写于 {written}"]
    if effect.attempts:
        words.append(f"试过 {effect.attempts} 次")
    if effect.not_before and not effect.dead_at:
        words.append(f"最早 {timezone.localtime(effect.not_before):%Y-%m-%d %H:%M}")
    return "  ".join([*words, *([effect.error] if effect.error else [])])
