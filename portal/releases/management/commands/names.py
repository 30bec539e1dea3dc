"""`manage.py names`: names whose months are over, and orders to show published names less."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.catalogue.models import CatalogueItem
from portal.people.models import User
from portal.releases.actions import narrowing
from portal.releases.errors import ReleaseError
from portal.releases.models import NamesOrder, Narrowing


class Command(BaseCommand):
    """Show names less than before."""

    help = "姓名到期收起；已公开的姓名按更严的办法处理（一人提出，另一人批准）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one verb and what it needs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        expire = verbs.add_parser("expire", help="列出到期的；加 --now 现在就收起")
        expire.add_argument("--now", action="store_true")
        ask = verbs.add_parser("ask", help="提出：这一项已公开的改严")
        ask.add_argument("item", help="目录编码")
        ask.add_argument("--to", choices=["masked", "hidden"], required=True)
        ask.add_argument("--reason", required=True)
        decide = verbs.add_parser("decide", help="批准，并一批一批地办")
        decide.add_argument("order", type=UUID)
        for verb in (ask, decide):
            verb.add_argument("--as", dest="user", required=True, help="办理人的用户名")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Run one verb."""
        try:
            getattr(self, f"_{options['verb']}")(options)
        except (ReleaseError, NamesOrder.DoesNotExist, CatalogueItem.DoesNotExist) as error:
            raise CommandError(str(error)) from error

    def _expire(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        if options["now"]:
            self._tell(list(narrowing.expire_due(at=now)))
            return
        for release in narrowing.due(timezone.localdate(now)).select_related("item", "body"):
            self.stdout.write(f"{release} · {release.names_until} 到期")

    def _ask(self, options: dict[str, Any]) -> None:
        item = CatalogueItem.objects.get(code=options["item"])
        told = {"after": options["to"], "reason": options["reason"], "by": _user(options)}
        order = narrowing.ask_order(item_id=item.pk, at=timezone.now(), **told)
        self.stdout.write(f"已提出，编号 {order.pk}。请另一位管理员或县级审核批准。")

    def _decide(self, options: dict[str, Any]) -> None:
        narrowing.decide_order(options["order"], by=_user(options), at=timezone.now())
        self._tell(narrowing.apply_orders(at=timezone.now()))

    def _tell(self, acts: Any) -> None:  # Any: a list or what yields one act after the other
        done: list[Narrowing] = []
        for act in acts:
            done.append(act)
            self.stdout.write(f"{act.release} · {act.rows} 行 · {act.get_after_display()}")
        self.stdout.write(f"办了 {len(done)} 批，每一批在公开日志里记了一行。")


def _user(options: dict[str, Any]) -> User:
    user = User.objects.filter(username=options["user"]).first()
    if user is None:
        raise CommandError("没有这个用户。")
    return user
