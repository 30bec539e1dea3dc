"""What keeps reports from being sealed, read or trusted, for `doctor` and `/readyz`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from complaints.models import Grant, Office, Part, Ticket
from complaints.results import publishing
from complaints.sealing import officers, opening
from portal import troubles

_SOON = timedelta(days=30)


def register() -> None:
    """Let the room speak; called once at start-up."""
    troubles.register(troubles.Part(name="sealing", quick=quick, thorough=thorough))


def quick(today: date) -> Iterator[str]:
    """Say what keeps new reports from their officers; an installation without an office takes none in."""
    offices = Office.objects.select_related("body")
    if not offices:
        return
    yield from officers.troubles(today=today)
    for office in offices:
        if not officers.keys_of(office.body.code, today=today):
            yield f"{office}没有能用的密钥，新的举报会封到上一级，再没有就只封给封存钥匙。"


def thorough(today: date) -> Iterator[str]:
    """Say that the list runs out soon, which tickets nobody reads, which traces or results were altered."""
    if _is_listed(today) and not _is_listed(today + _SOON):
        yield "办案人员名单一个月内到期，到期后举报只封给封存钥匙。请重新签一份。"
    held = Grant.objects.filter(
        blocked_on__isnull=True,
        ticket=OuterRef("pk"),
        part=Part.CONTENT,
        holder="officer",
        key__retired_at__isnull=True,
    )
    unread = Ticket.objects.unfinished().exclude(Exists(held)).values_list("number", flat=True)
    for number in unread.order_by("number"):
        yield f"第 {number} 号没有人能看，只有封存钥匙能打开（见 docs/complaints.md 的 Escrow）。"
    for number in opening.broken_chains():
        yield f"第 {number} 号的阅看记录被改过或少了几条。"
    for result in publishing.disagreements():
        yield f"公布的结果 {result} 和公开日志里的不一样。"


def _is_listed(day: date) -> bool:
    try:
        officers.listed(today=day)
    except officers.UnsignedListError:
        return False
    return True
