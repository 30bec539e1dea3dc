"""What the holder of a 查询码 can do: read, answer, add, object, rate. The code is the only key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from complaints.errors import ConditionError
from complaints.models import Grant, Outcome, Part, Receipt, Ticket
from complaints.reporting import limits
from complaints.reporting.progress import is_by
from complaints.reporting.snapshots import PICTURE
from complaints.sealing import boxes, pieces, receipts
from complaints.sealing.pieces import File, Piece, grant_place
from complaints.states import State
from complaints.tickets.moving import Step, locked, move
from portal.documents import store

# 《信访工作条例》 gives thirty days to ask for a review; the platform gives them on every track.
OBJECTION_DAYS = 30
MOST_WORDS = 20_000
# What a page tells of a ticket, and of the one it was merged into.
_JOINED = ("office__body", "rule", "merged_into__office__body", "merged_into__rule")


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody with the right code: the ticket and its content key, as long as the request lives."""

    ticket: Ticket
    key: bytes = field(repr=False)
    receipt: Receipt

    @property
    def shown(self) -> Ticket:
        """The ticket whose progress is told: the one it was merged into, else its own."""
        shown = self.ticket
        while shown.merged_into:
            shown = shown.merged_into
        return shown


def hold(code: str) -> Holder | None:
    """Return what a code opens; None for one that finds nothing, or whose content is destroyed.

    `code` passed `receipts.read`. Exactly one slow hash in every case.
    """
    return opened_by(limits.unlocking(code))


def opened_by(unlocking: receipts.Unlocking) -> Holder | None:
    """Return what a code opens whose slow hash was paid for already; None as `hold`."""
    # One query whatever there is to find: a code that was destroyed takes as long as one that never was.
    grant = (
        Grant.objects.filter(ticket__receipt__lookup=unlocking.lookup, part=Part.CONTENT, holder="reporter")
        .select_related("ticket__receipt", *(f"ticket__{name}" for name in _JOINED))
        .first()
    )
    if grant is None:
        return None
    receipt = grant.ticket.receipt
    try:
        private = SecretBox(unlocking.wrap).decrypt(bytes(receipt.wrapped))
        key = boxes.unseal_key(bytes(grant.box), private, grant_place(grant.ticket, Part.CONTENT))
    except (CryptoError, boxes.NotOpenError):
        return None
    return Holder(ticket=grant.ticket, key=key, receipt=receipt)


def again(holder: Holder) -> Holder:
    """Return the same holder with the ticket as it is now."""
    ticket = Ticket.objects.select_related(*_JOINED).get(pk=holder.ticket.pk)
    return replace(holder, ticket=ticket)


def read(holder: Holder) -> list[Piece]:
    """Return the pieces the reporter may read, oldest first; those of the leading ticket are not theirs."""
    entries = holder.ticket.entries.filter(part=Part.CONTENT, is_for_reporter=True)
    return pieces.opened(entries.select_related("by").order_by("position"), holder.key)


@dataclass(frozen=True, kw_only=True, repr=False)
class Kept:
    """What is really kept of a reporter's files: how many of each sort, and their hashes in hex."""

    pictures: int = 0
    sounds: int = 0
    hashes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, found: Sequence[Piece]) -> Kept:
        """Return what the reporter's own pieces hold; pictures of the row it is about are not theirs."""
        files = [file for piece in found if piece.by is None for file in piece.files]
        own = [file for file in files if not str(file["name"]).startswith(PICTURE)]
        pictures = sum(file["type"] == store.MEDIA_TYPE for file in own)
        hashes = frozenset(str(file["sha256"]) for file in own)
        return cls(pictures=pictures, sounds=len(own) - pictures, hashes=hashes)

    def lacking(self, files: Sequence[File]) -> int:
        """Return how many of these files are not among what is kept."""
        return sum(sha256(file.data).hexdigest() not in self.hashes for file in files)


@dataclass(frozen=True, kw_only=True)
class Added:
    """The ticket something was added to; `repeated`: what the same words kept before, so that nothing was."""

    ticket: Ticket
    repeated: Kept | None = None


def confirm(holder: Holder) -> None:
    """Remember that the code was written down."""
    Receipt.objects.filter(pk=holder.receipt.pk).update(is_confirmed=True)


def readers(holder: Holder) -> tuple[int, date | None]:
    """Return how many persons opened the report, and the last day on which one did."""
    found = holder.ticket.readings.filter(part=Part.CONTENT).order_by("at")
    last = found.last()
    return found.values("by").distinct().count(), timezone.localdate(last.at) if last else None


def may_object(ticket: Ticket, today: date) -> bool:
    """Return whether the days for an objection to a ticket's result are running."""
    return ticket.told_on is not None and today <= ticket.told_on + timedelta(days=OBJECTION_DAYS)


def is_objecting(own: Ticket, lead: Ticket) -> bool:
    """Return whether an objection of this reporter waits for its answer.

    Another reporter's to the same result neither shows nor stands in the way: it is not theirs to know of.
    """
    if not lead.has_objection:
        return False
    for event in lead.events.filter(verb__in=["object", "answer_objection", "reopen"]).order_by("-seq"):
        if event.verb != "object":
            return False
        if is_by(event, own, lead):
            return True
    return False


@dataclass(frozen=True, kw_only=True, repr=False)
class Told:
    """What the reporter is told of one conclusion; `reply` is for them alone, the rest may be public."""

    round: int
    on: date
    outcome: str
    reply: str
    title: str
    measures: str
    is_public: bool


def results(holder: Holder) -> list[Told]:
    """Return the results that were told, newest first; a conclusion nobody has approved yet is none.

    The draft is sealed among the officers' papers; what was approved of it is its reply to the reporter.
    """
    found, concluded = [], None
    for event in holder.ticket.events.order_by("seq"):
        if event.verb == "conclude":
            concluded = event
        elif event.verb in {"publish", "seal_result"} and concluded is not None:
            drafts = holder.ticket.entries.filter(pk__in=[concluded.entry])
            (piece,) = pieces.opened(drafts, holder.key)
            is_public = event.verb == "publish"
            found.append(
                Told(
                    round=event.round,
                    on=event.on,
                    outcome=Outcome(concluded.detail["outcome"]).label,
                    reply=str(piece.told.get("reply", "")),
                    title=str(piece.told.get("title", "")) if is_public else "",
                    measures=str(piece.told.get("measures", "")) if is_public else "",
                    is_public=is_public,
                )
            )
    return found[::-1]


def own_file(holder: Holder, file_id: UUID) -> tuple[dict[str, Any], bytes] | None:
    """Return the description and bytes of a file the reporter sent; None for any other."""
    for piece in read(holder):
        described = next((one for one in piece.files if one["id"] == str(file_id)), None)
        if described and piece.by is None:
            file = holder.ticket.files.filter(pk=file_id).first()
            return (described, pieces.read_file(file, holder.key)) if file else None
    return None


def add(
    holder: Holder, *, text: str, files: Sequence[File], now: datetime, digests: Sequence[str] = ()
) -> Added:
    """Add words and files, or answer a question; the same once more, right after it, adds nothing.

    `digests` are of the files as they came, which tell a second press from further files. A file that could
    not be kept the first time and can be now is something to add.
    """
    told = {"text": text, "digests": sorted(digests)}
    with transaction.atomic():
        ticket = locked(holder.ticket.pk)
        kept = _kept_of(holder, "supplement", told)
        if kept and not kept.lacking(files):
            return Added(ticket=ticket, repeated=kept)
        today = timezone.localdate(now)
        entry = pieces.put(ticket, holder.key, kind="supplement", told=told, on=today, files=files)
        return Added(ticket=move(ticket, Step(verb="supplement", by=None, now=now, entry=entry.pk)))


def object_to(holder: Holder, *, text: str, now: datetime) -> Ticket:
    """Object to the result: a request to begin anew, answered by somebody who did not conclude.

    The result may be that of the ticket a report was merged into; the words stay among its own pieces.
    Locks both, the own one first, as merging does. Returns the ticket that holds the result.

    Raises:
        ConditionError: there is no result, the thirty days are over, or an objection waits already.
    """
    told = {"text": text, "digests": []}
    today = timezone.localdate(now)
    with transaction.atomic():
        own = lead = locked(holder.ticket.pk)
        while lead.merged_into_id:
            lead = locked(lead.merged_into_id)
        if is_objecting(own, lead) and _kept_of(holder, "objection", told):
            return lead
        if is_objecting(own, lead) or not may_object(lead, today):
            raise ConditionError(f"收到结果后 {OBJECTION_DAYS} 天内才能提异议。可以打 12388。")
        entry = pieces.put(own, holder.key, kind="objection", told=told, on=today)
        if own.pk == lead.pk:
            return move(lead, Step(verb="object", by=None, now=now, entry=entry.pk), has_objection=True)
        detail = {"is_objection": True}
        move(own, Step(verb="supplement", by=None, now=now, entry=entry.pk, detail=detail))
        return move(
            lead, Step(verb="object", by=None, now=now, detail={"of": own.number}), has_objection=True
        )


def rate(holder: Holder, *, stars: int, now: datetime) -> Ticket:
    """Say how it went, from 1 to 5; a later word replaces it."""
    if not 1 <= stars <= 5:
        raise ConditionError("请从 1 到 5 里选一个。")
    with transaction.atomic():
        ticket = locked(holder.ticket.pk)
        if ticket.told_on is None:
            raise ConditionError("有了结果才能评。")
        return move(ticket, Step(verb="rate", by=None, now=now, detail={"stars": stars}), rating=stars)


def _kept_of(holder: Holder, kind: str, told: dict[str, Any]) -> Kept | None:
    """Return what the newest piece keeps, if it says just this: somebody pressed twice; else None."""
    last = holder.ticket.entries.filter(part=Part.CONTENT, kind=kind).order_by("-position").first()
    newest = holder.ticket.entries.order_by("-position").first()
    if last is None or newest is None or last.pk != newest.pk:
        return None
    (piece,) = pieces.opened([last], holder.key)
    is_same = all(piece.told.get(name) == value for name, value in told.items())
    return Kept.of([piece]) if is_same else None


def is_open(ticket: Ticket) -> bool:
    """Return whether work is going on."""
    return State(ticket.state) not in {State.WRITTEN_OFF, State.PUBLISHED, State.NOT_ACCEPTED}
