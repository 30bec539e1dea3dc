"""Publish a result: a second officer turns the sealed draft into public words and an entry of the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from complaints.errors import ConditionError
from complaints.models import Result, Ticket
from complaints.sealing import opening
from complaints.sealing.opening import Desk
from complaints.sealing.pieces import Piece
from complaints.states import BY_VERB
from complaints.tickets.acts import act, check_public
from complaints.tickets.moving import Step, check, move
from portal.log.appending import append, moment
from portal.log.models import Leaf
from portal.pages import store
from portal.places.models import Region
from portal.record.leaves import canonical, text
from portal.record.verifying import entry_of

_AT_ONCE = 1000
# What an entry says that is not kept beside the result.
_UNSTORED = frozenset({"v", "at"})


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an officer proposes to publish; `reply` is for the reporter alone."""

    topic: str
    region: str
    title: str
    measures: str
    reply: str
    recovered: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)
    row_kind: str = ""
    row_id: str = ""

    def told(self) -> dict[str, Any]:
        """Return it as the sealed piece keeps it."""
        return {**self.__dict__, "recovered": str(self.recovered), "returned": str(self.returned)}

    @classmethod
    def read(cls, told: dict[str, Any]) -> Draft:
        """Return what a sealed piece says."""
        known = {name: told[name] for name in cls.__dataclass_fields__ if name in told}
        amounts = {name: Decimal(str(told.get(name, 0))) for name in ("recovered", "returned")}
        return cls(**(known | amounts))

    @classmethod
    def newest(cls, pieces: Iterable[Piece]) -> Draft | None:
        """Return the last draft among a ticket's pieces."""
        drafts = [piece for piece in pieces if piece.kind == "outcome"]
        return cls.read(drafts[-1].told) if drafts else None


@act
def publish(desk: Desk, ticket: Ticket, *, now: datetime) -> Ticket:
    """Publish the concluded result: the public ledger, the row it concerns, the log; tell the reporter.

    Raises:
        LogStoppedError: the log's signer refuses; nothing is published.
    """
    step = Step(verb="publish", by=desk.user, now=now)
    check(ticket, BY_VERB[step.verb], by=step.by, today=step.today)
    draft = draft_of(desk, ticket)
    if draft is None or ticket.concluded_by is None:
        raise ConditionError("没有可以公布的结果。")
    check_public(desk, ticket, [draft.title, draft.measures])
    region = Region.objects.with_ancestors().get(code=draft.region)
    result = Result(
        ticket=ticket,
        round=ticket.round,
        office=ticket.office,
        region=region,
        topic=draft.topic,
        track=ticket.track,
        outcome=ticket.outcome,
        title=draft.title,
        measures=draft.measures,
        recovered=draft.recovered,
        returned=draft.returned,
        row_kind=draft.row_kind,
        row_id=UUID(draft.row_id) if draft.row_id else None,
        days_taken=within((ticket.concluded_on or step.today) - ticket.received_on),
        was_in_time=_was_in_time(ticket),
        published_on=step.today,
        by=ticket.concluded_by,
        published_by=desk.user,
    )
    result.save(force_insert=True)
    move(ticket, step, told_on=step.today, published_on=step.today)
    _renew_pages(region)
    result.index = append(entry_about(result, at=now))
    result.save(update_fields=["index"])
    return ticket


def within(taken: timedelta) -> int:
    """Return the days something took, rounded up to thirty."""
    return max(1, -(-taken.days // 30)) * 30


def _renew_pages(region: Region) -> None:
    """Raise the generation of a place and those above it; drop their kept pages after COMMIT."""
    touched = {one.pk: one.code for one in [region, *region.ancestors]}
    # Locked in the order in which a release locks them, so that neither waits for the other.
    held = Region.objects.select_for_update(no_key=True).filter(pk__in=touched).order_by("pk")
    Region.objects.filter(pk__in=list(held.values_list("pk", flat=True))).update(
        generation=F("generation") + 1
    )
    transaction.on_commit(partial(store.drop, sorted(touched.values())), robust=True)


def draft_of(desk: Desk, ticket: Ticket) -> Draft | None:
    """Return the newest draft of a result."""
    return Draft.newest(opening.peek(desk, ticket).pieces)


def entry_about(result: Result, *, at: datetime) -> dict[str, str]:
    """Return what the public log says of a result: closed values, and the hash of its words."""
    return {**stated(result), "at": moment(at)}


def stated(result: Result) -> dict[str, str]:
    """Return what an entry says beside its time: everything the public page shows, words as their hash."""
    return {
        "t": "result",
        "result": str(result.pk),
        "office": result.office.body.code,
        "region": result.region.code,
        "topic": result.topic,
        "track": result.track,
        "outcome": result.outcome,
        "recovered": f"{result.recovered:.2f}",
        "returned": f"{result.returned:.2f}",
        "kind": result.row_kind,
        "row": str(result.row_id or ""),
        "days": str(result.days_taken),
        "in_time": "yes" if result.was_in_time else "no",
        "round": str(result.round),
        "on": result.published_on.isoformat(),
        "words": words_hash(result),
    }


def words_of(result: Result) -> bytes:
    """Return a result's public words as they are hashed: canonical JSON, UTF-8."""
    return canonical({"measures": text(result.measures), "title": text(result.title)})


def words_hash(result: Result) -> str:
    """Return the SHA-256 of a result's public words, as its entry in the log has it."""
    return sha256(words_of(result)).hexdigest()


def _was_in_time(ticket: Ticket) -> bool:
    """Return whether this round was concluded by its day: no deadline of it was ever overdue."""
    late = ticket.escalations.filter(round=ticket.round, level__in=["due", "superior", "public"])
    return not late.exists()


def differences(*, newest: int | None = None) -> Iterator[tuple[Result, str]]:
    """Yield each result that is not what its entry in the public log says, with the first field that differs.

    All results, or only the newest; the field is `log` where there is no entry of it.
    """
    stored = Result.objects.select_related("office__body", "region").order_by(
        F("index").desc(nulls_first=True)
    )
    for result in stored[:newest].iterator(_AT_ONCE):
        entry = Leaf.objects.filter(kind="result", idx=-1 if result.index is None else result.index)
        told = entry_of(bytes(entry.values_list("entry", flat=True).first() or b"")) or {}
        expected = stated(result)
        if told.get("result") != expected["result"]:
            yield result, "log"
        elif wrong := [
            name for name in sorted({*expected, *told} - _UNSTORED) if told.get(name) != expected.get(name)
        ]:
            yield result, wrong[0]


def disagreements() -> list[str]:
    """Return the ids of results that differ from what the public log says of them."""
    return [str(result.pk) for result, _ in differences()]
