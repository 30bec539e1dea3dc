"""Move a ticket: the one door through which its row changes, always with an event in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from complaints.errors import NotYoursError, WrongStateError
from complaints.models import Event, Ticket
from complaints.states import BY_VERB, LABELS, Actor, State, Transition
from complaints.tickets import clocks
from portal.people.models import INSPECTORS, Appointment, Role, User

# Only the officer it is assigned to does these.
_OWN = frozenset({"start", "conclude"})


@dataclass(frozen=True, kw_only=True)
class Step:
    """One event: what happened, by whom (None: the reporter or the clock), when."""

    verb: str
    by: User | None
    now: datetime
    detail: dict[str, Any] = field(default_factory=dict)
    entry: UUID | None = None
    target: State | None = None

    @property
    def today(self) -> date:
        """The local day."""
        return timezone.localdate(self.now)


def locked(ticket_id: UUID) -> Ticket:
    """Return a ticket, locked until the transaction ends."""
    return Ticket.objects.select_for_update(of=("self",)).select_related("office__body").get(pk=ticket_id)


def move(ticket: Ticket, step: Step, **changes: Any) -> Ticket:
    """Append the event, change the row, set the new deadline. `ticket` was locked by the caller.

    Raises:
        WrongStateError: it is not where this can happen. NotYoursError: this is another's to do.
    """
    transition = BY_VERB[step.verb]
    check(ticket, transition, by=step.by, today=step.today)
    source, target = ticket.state, step.target or transition.target or ticket.state
    Event.objects.create(
        ticket=ticket,
        seq=ticket.last_seq + 1,
        round=changes.get("round", ticket.round),
        verb=step.verb,
        source=source,
        target=target,
        by=step.by,
        office=ticket.office if step.by else None,
        on=step.today,
        at=step.now if step.by else None,
        entry=step.entry,
        detail=step.detail,
    )
    for name, value in changes.items():
        setattr(ticket, name, value)
    ticket.state, ticket.last_seq = str(target), ticket.last_seq + 1
    if source != ticket.state or {"track", "extended_days"} & changes.keys():
        clocks.start(ticket, today=step.today)
    ticket.save()
    return ticket


def check(ticket: Ticket, transition: Transition, *, by: User | None, today: date) -> None:
    """Raise where a transition is not possible now, or not for this person."""
    if ticket.state not in transition.sources:
        label = LABELS[State(ticket.state)]
        raise WrongStateError(f"这件现在是“{label}”，不能{transition.word}。可能别人刚处理过，请刷新再看。")
    if transition.actor in {Actor.REPORTER, Actor.SYSTEM}:
        if by is not None:
            raise NotYoursError("这一步不由办案人员做。")
        return
    if by is None or not may(ticket, transition, by=by, today=today):
        raise NotYoursError(_whose(transition))


def may(ticket: Ticket, transition: Transition, *, by: User, today: date) -> bool:
    """Return whether a person may do this to a ticket, whatever its state."""
    return allows(transition, ticket, by=by, roles=roles_at(ticket, by=by, today=today))


def roles_at(ticket: Ticket, *, by: User, today: date) -> set[str] | None:
    """Return a person's roles at a ticket's office today; None for whom it was not sealed to."""
    if not Ticket.objects.filter(pk=ticket.pk).readable_by(by).exists():
        return None
    return set(
        Appointment.objects.valid(today)
        .filter(user=by, body=ticket.office.body_id, role__in=INSPECTORS)
        .values_list("role", flat=True)
    )


def allows(transition: Transition, ticket: Ticket, *, by: User, roles: set[str] | None) -> bool:
    """Return whether these roles at the ticket's office are enough for a step."""
    if roles is None:
        return False
    if transition.verb in _OWN:
        return ticket.officer_id == by.pk
    if transition.actor == Actor.CHIEF:
        return Role.CHIEF in roles
    if transition.actor == Actor.SECOND:
        return bool(roles) and by.pk not in _deciders(ticket)
    return bool(roles) or ticket.officer_id == by.pk


def _deciders(ticket: Ticket) -> set[int | None]:
    """Return who concluded or refused: what they decided is for somebody else to review."""
    refused = ticket.events.filter(verb="refuse", round=ticket.round).values_list("by", flat=True)
    return {ticket.concluded_by_id, *refused}


def _whose(transition: Transition) -> str:
    if transition.verb in _OWN:
        return f"“{transition.word}”由承办人做。"
    if transition.actor == Actor.CHIEF:
        return f"“{transition.word}”由机关负责人做。"
    if transition.actor == Actor.SECOND:
        return f"“{transition.word}”要另一个人做，作结论的人不能自己复核。"
    return f"您不能对这件{transition.word}。"
