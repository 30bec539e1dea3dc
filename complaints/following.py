"""What the holder of a 查询码 can do: read, answer, add, object, rate. The code is the only key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from complaints import pieces, receipts, sealing
from complaints.errors import ConditionError
from complaints.models import Grant, Part, Receipt, Ticket
from complaints.moving import Step, locked, move
from complaints.pieces import File, Piece
from complaints.receiving import grant_place
from complaints.states import State
from portal.vault import keys

# 《信访工作条例》 gives thirty days to ask for a review; the platform gives them on every track.
OBJECTION_DAYS = 30
MOST_WORDS = 20_000


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
    unlocking = receipts.unlocking(code, keys.load("pepper"))
    receipt = (
        Receipt.objects.select_related(
            "ticket__office__body", "ticket__merged_into__office__body", "ticket__rule"
        )
        .filter(lookup=unlocking.lookup)
        .first()
    )
    grant = (
        Grant.objects.filter(ticket=receipt.ticket, part=Part.CONTENT, holder="reporter").first()
        if receipt
        else None
    )
    if receipt is None or grant is None:
        return None
    try:
        private = SecretBox(unlocking.wrap).decrypt(bytes(receipt.wrapped))
        key = sealing.unseal_key(bytes(grant.box), private, grant_place(receipt.ticket, Part.CONTENT))
    except (CryptoError, sealing.NotOpenError):
        return None
    return Holder(ticket=receipt.ticket, key=key, receipt=receipt)


def read(holder: Holder) -> list[Piece]:
    """Return the pieces the reporter may read, oldest first; those of the leading ticket are not theirs."""
    entries = holder.ticket.entries.filter(part=Part.CONTENT, is_for_reporter=True)
    return pieces.opened(entries.select_related("by").order_by("position"), holder.key)


def confirm(holder: Holder) -> None:
    """Remember that the code was written down."""
    Receipt.objects.filter(pk=holder.receipt.pk).update(is_confirmed=True)


def readers(holder: Holder) -> tuple[int, date | None]:
    """Return how many persons opened the report, and the last day on which one did."""
    found = holder.ticket.readings.filter(part=Part.CONTENT).order_by("at")
    last = found.last()
    return found.values("by").distinct().count(), timezone.localdate(last.at) if last else None


def may_object(ticket: Ticket, today: date) -> bool:
    """Return whether the reporter may still object to the result."""
    if ticket.told_on is None or ticket.has_objection:
        return False
    return today <= ticket.told_on + timedelta(days=OBJECTION_DAYS)


def add(holder: Holder, *, text: str, files: Sequence[File], now: datetime) -> Ticket:
    """Add words and files, or answer a question."""
    return _say(holder, "supplement", now, text=text, files=files, change=move)


def object_to(holder: Holder, *, text: str, now: datetime) -> Ticket:
    """Object to the result: a request to begin anew, answered by somebody who did not conclude.

    Raises:
        ConditionError: there is no result, or the thirty days are over.
    """
    step = Step(verb="object", by=None, now=now)
    if not may_object(holder.ticket, step.today):
        raise ConditionError(f"收到结果后 {OBJECTION_DAYS} 天内才能提异议。可以打 12388。")
    return _say(
        holder,
        "objection",
        now,
        text=text,
        verb="object",
        change=lambda ticket, step: move(ticket, step, has_objection=True),
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


def _say(
    holder: Holder,
    kind: str,
    now: datetime,
    *,
    text: str,
    change: Callable[[Ticket, Step], Ticket],
    files: Sequence[File] = (),
    verb: str = "supplement",
) -> Ticket:
    with transaction.atomic():
        ticket = locked(holder.ticket.pk)
        step = Step(verb=verb, by=None, now=now)
        entry = pieces.put(ticket, holder.key, kind=kind, told={"text": text}, on=step.today, files=files)
        return change(ticket, Step(verb=verb, by=None, now=now, entry=entry.pk))


def is_open(ticket: Ticket) -> bool:
    """Return whether work is going on."""
    return State(ticket.state) not in {State.WRITTEN_OFF, State.PUBLISHED, State.NOT_ACCEPTED}
