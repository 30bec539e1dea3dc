"""Publish a result: a second officer turns the sealed draft into public words and an entry of the log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import F

from complaints import opening
from complaints.acts import act
from complaints.errors import ConditionError
from complaints.models import Result, Ticket
from complaints.moving import Step, check, move
from complaints.opening import Desk
from complaints.states import BY_VERB
from portal.log.appending import append, moment
from portal.log.models import Leaf
from portal.places.models import Region
from portal.record.leaves import canonical, text


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
        days_taken=((ticket.concluded_on or step.today) - ticket.received_on).days,
        was_in_time=_was_in_time(ticket),
        published_on=step.today,
        by=ticket.concluded_by,
        published_by=desk.user,
    )
    result.save(force_insert=True)
    move(ticket, step, told_on=step.today, published_on=step.today)
    touched = [one.pk for one in [region, *region.ancestors]]
    Region.objects.filter(pk__in=touched).update(generation=F("generation") + 1)
    result.index = append(entry_of(result, at=now))
    result.save(update_fields=["index"])
    return ticket


def draft_of(desk: Desk, ticket: Ticket) -> Draft | None:
    """Return the newest draft of a result."""
    drafts = [piece for piece in opening.peek(desk, ticket).pieces if piece.kind == "outcome"]
    return Draft.read(drafts[-1].told) if drafts else None


def entry_of(result: Result, *, at: datetime) -> dict[str, str]:
    """Return what the public log says of a result: closed values, and the hash of its words."""
    return {**_entry(result), "at": moment(at)}


def _entry(result: Result) -> dict[str, str]:
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
        "row": str(result.row_id or ""),
        "words": words_hash(result),
    }


def words_hash(result: Result) -> str:
    """Return the SHA-256 of a result's public words, as its entry in the log has it."""
    told = canonical({"measures": text(result.measures), "title": text(result.title)})
    return sha256(told).hexdigest()


def _was_in_time(ticket: Ticket) -> bool:
    """Return whether this round was concluded by its day: no deadline of it was ever overdue."""
    late = ticket.escalations.filter(round=ticket.round, level__in=["due", "superior", "public"])
    return not late.exists()


def disagreements() -> list[str]:
    """Return the ids of results that differ from what the public log says of them."""
    wrong = []
    logged = Result.objects.filter(index__isnull=False).select_related("office__body", "region")
    for result in logged.order_by("index"):
        leaf = Leaf.objects.filter(idx=result.index or 0).first()
        told = json.loads(bytes(leaf.entry)) if leaf else {}
        stated = _entry(result)
        if {name: told.get(name) for name in stated} != stated:
            wrong.append(str(result.pk))
    return wrong
