"""`manage.py escrow open NUMBER`: open a report that nobody can read any more, by two persons."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.errors import ComplaintError
from complaints.models import Ticket
from complaints.sealing.boxes import NotOpenError
from complaints.tickets import escrow
from portal.people.models import User
from portal.vault.keys import MissingKeyError, read_key


class Command(BaseCommand):
    """The escrow key."""

    help = "用封存钥匙打开一件：两个人在场，写明理由，交给名单上的一名办案人员。内容不在这里显示。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the ticket, the key, the reason, the two persons, and who may read it then."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        opened = verbs.add_parser("open", help="打开一件")
        opened.add_argument("number", help="工单编号")
        opened.add_argument("--key", type=Path, required=True, help="封存钥匙文件（escrow.key）")
        opened.add_argument("--why", required=True, help="理由（加密保存在这件里）")
        opened.add_argument(
            "--by", action="append", required=True, metavar="USER", help="在场的人，写两次：负责人和纪检"
        )
        opened.add_argument("--grant", metavar="USER", help="交给谁看；不写只验证钥匙能不能打开")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Open one ticket, or say why not."""
        if len(options["by"]) != 2:
            raise CommandError("要两个人在场：--by 写两次。")
        first, second = (_user(name) for name in options["by"])
        to = _user(options["grant"]) if options["grant"] else None
        try:
            ticket = escrow.open_by_protocol(
                options["number"],
                read_key(options["key"]),
                why=options["why"],
                by=(first, second),
                to=to,
                now=timezone.now(),
            )
        except Ticket.DoesNotExist as error:
            raise CommandError("没有这个编号。") from error
        except NotOpenError as error:
            raise CommandError("打不开：不是这套系统的封存钥匙，或者内容已经销毁。") from error
        except (ComplaintError, MissingKeyError) as error:
            raise CommandError(str(error)) from error
        said = f"{to} 现在能看。" if to else "没有交给谁看。"
        self.stdout.write(f"{ticket} 打开了，已记入阅看记录。{said}")


def _user(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"没有用户 {username}。")
    return user
