"""`manage.py erase`: ask for, and decide, the erasure of personal values; two persons."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.people.models import User
from portal.releases.actions.erasure import ERASABLE, ask_erasure, decide_erasure
from portal.releases.errors import ReleaseError
from portal.releases.models import Ground


class Command(BaseCommand):
    """Erase personal values where the law requires it."""

    help = "依法删除个人信息：一人提出，另一人批准。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one verb and what it needs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        ask = verbs.add_parser("ask", help="提出")
        ask.add_argument("release", type=UUID)
        ask.add_argument("rows", type=UUID, nargs="+")
        ask.add_argument("--groups", nargs="+", choices=ERASABLE, required=True)
        ask.add_argument("--documents", type=UUID, nargs="*", default=[], help="这些行的哪几张票据也删")
        ask.add_argument("--ground", choices=Ground.values, required=True)
        decide = verbs.add_parser("decide", help="批准")
        decide.add_argument("erasure", type=UUID)
        for verb in (ask, decide):
            verb.add_argument("--as", dest="user", required=True, help="办理人的用户名")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's own signature
        """Run one verb."""
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError("没有这个用户。")
        now = timezone.now()
        try:
            if options["verb"] == "decide":
                decide_erasure(options["erasure"], by=user, at=now)
                self.stdout.write("已删除，公开日志里记了一行。")
                return
            asked = ask_erasure(
                options["release"],
                options["rows"],
                options["groups"],
                ground=options["ground"],
                documents=options["documents"],
                by=user,
                at=now,
            )
        except ReleaseError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"已提出，编号 {asked.pk}。请另一位县级审核批准。")
