"""Every report leaves a mark in the public log: each week the number and the Merkle root of those received.

A week with fewer than three reports waits and is counted with the next ones, until there are three. So an
entry never tells of one report, and a missing entry never tells of more than two. The order of the leaves is
that of their hashes, which says nothing of who came first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from complaints.models import Entry, Inbox, InboxLeaf, Ticket
from complaints.results.suppression import LEAST
from portal.log.appending import append, moment
from portal.record import proofs
from portal.record.tree import root_of
from portal.record.verifying import RefusedError, check_path

_WEEK = timedelta(days=7)
_DOMAIN = b"inbox"


def monday_of(day: date) -> date:
    """Return the first day of a day's week."""
    return day - timedelta(days=day.weekday())


def batches(
    received: Iterable[tuple[date, UUID]], *, after: date | None, today: date
) -> list[tuple[date, list[UUID]]]:
    """Return the finished weeks to be told of, by their Monday, with their reports (pure).

    `received` holds the reports not told of yet, `after` the Monday of the last week that was. One that
    turns up late belongs to the first week that is still open for it.
    """
    found: list[tuple[date, list[UUID]]] = []
    waiting: list[UUID] = []
    by_week: dict[date, list[UUID]] = {}
    earliest = date.min if after is None else after + _WEEK
    for day, ticket in received:
        by_week.setdefault(max(monday_of(day), earliest), []).append(ticket)
    for week in sorted(week for week in by_week if week + _WEEK <= today):
        waiting += by_week[week]
        if len(waiting) >= LEAST:
            found.append((week, waiting))
            waiting = []
    return found


@transaction.atomic
def tell(*, now: datetime) -> list[Inbox]:
    """Append an entry for every finished week that may be told of; harmless when run twice or at once.

    Raises:
        LogStoppedError: the log's signer refuses; the weeks wait.
    """
    with connection.cursor() as cursor:  # Two runs at once would both tell of the same week.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('complaints.inbox'))")
    last = Inbox.objects.order_by("-week_on").values_list("week_on", flat=True).first()
    waiting = Ticket.objects.filter(inbox_leaf__isnull=True).values_list("received_on", "pk")
    found = batches(waiting, after=last, today=timezone.localdate(now))
    return [_tell(week, tickets, now) for week, tickets in found]


def _tell(week: date, tickets: list[UUID], now: datetime) -> Inbox:
    leaves = leaves_of(tickets)
    ordered = sorted(tickets, key=leaves.__getitem__)
    root = root_of(leaves[ticket] for ticket in ordered)
    inbox = Inbox(week_on=week, count=len(ordered), root=root)
    inbox.index = append({**stated(inbox), "at": moment(now)})
    inbox.save(force_insert=True)
    InboxLeaf.objects.bulk_create(
        InboxLeaf(inbox=inbox, ticket_id=ticket, position=position, leaf=leaves[ticket])
        for position, ticket in enumerate(ordered)
    )
    return inbox


def stated(inbox: Inbox) -> dict[str, str]:
    """Return what an entry says beside its time."""
    return {
        "t": "inbox",
        "week": inbox.week_on.isoformat(),
        "count": str(inbox.count),
        "root": bytes(inbox.root).hex(),
    }


def leaves_of(tickets: Sequence[UUID]) -> dict[UUID, bytes]:
    """Return each report's leaf (32 bytes) from what is stored; a report without its first piece has none."""
    first = Entry.objects.filter(ticket__in=tickets, position=1).values_list("ticket", "box")
    return {ticket: leaf_of(ticket, sha256(box).digest()) for ticket, box in first.iterator()}


def leaf_of(ticket: UUID, box: bytes) -> bytes:
    """Return a report's leaf from its id and the SHA-256 of its sealed box; used as it is, 32 bytes."""
    return sha256(_DOMAIN + ticket.bytes + box).digest()


@dataclass(frozen=True, kw_only=True)
class InboxProof:
    """That one report is among those a week's entry tells of; hashes in hexadecimal.

    `leaf` is the SHA-256 of `inbox`, the 16 bytes of `ticket` and `box`; `path` leads from it to `root`.
    """

    index: int
    week_on: date
    count: int
    position: int
    ticket: UUID
    box: str
    leaf: str
    path: list[str]
    root: str
    holds: bool

    @property
    def words(self) -> str:
        """What it means, for whoever handed in the report."""
        if not self.holds:
            return "您这件和公开日志里记的对不上。请打 12388。"
        return f"您这件记在公开日志第 {self.index} 行：到那一周为止收到的 {self.count} 件里有它，谁也抹不掉。"


def proof_of(ticket: Ticket) -> InboxProof | None:
    """Return the proof that a report was counted; None while its week is not told of yet."""
    own = InboxLeaf.objects.filter(ticket=ticket).select_related("inbox").first()
    if own is None:
        return None
    box = ticket.entries.filter(position=1).values_list("box", flat=True).first()
    inbox = own.inbox
    leaves = [bytes(leaf) for leaf in inbox.leaves.order_by("position").values_list("leaf", flat=True)]
    digest = sha256(box or b"").digest()
    leaf = leaf_of(ticket.pk, digest)
    try:
        path = proofs.inclusion(own.position, len(leaves), lambda start, end: root_of(leaves[start:end]))
        check_path(leaf, own.position, inbox.count, path, bytes(inbox.root))
        holds = True
    except (RefusedError, ValueError):
        path, holds = [], False
    return InboxProof(
        index=inbox.index,
        week_on=inbox.week_on,
        count=inbox.count,
        position=own.position,
        ticket=ticket.pk,
        box=digest.hex(),
        leaf=leaf.hex(),
        path=[node.hex() for node in path],
        root=bytes(inbox.root).hex(),
        holds=holds,
    )
