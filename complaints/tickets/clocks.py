"""The clock of a ticket: which rule counts in its state, and when the step is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import cast

from django.db import transaction

from complaints.models import DeadlineRule, Ticket
from complaints.states import State
from complaints.tickets import deadlines
from complaints.tickets.deadlines import Anchor, Rule, Step, Track
from portal.workdays.arithmetic import Pause, Unit
from portal.workdays.calendar import current

# What is due in a state; nothing where it is not listed.
STEPS = {
    State.RECEIVED: "decide",
    State.TRANSFERRED: "return",
    State.ACCEPTED: "assign",
    State.ASSIGNED: "finish",
    State.VERIFYING: "finish",
    State.CONCLUDED: "publish",
}


@transaction.atomic
def load_rules() -> int:
    """Write the shipped rules that are not there yet, keep changed ones; return how many there are."""
    for rule in deadlines.shipped_rules():
        told = asdict(rule)
        key = {name: told.pop(name) for name in ("track", "step", "start_on")}
        DeadlineRule.objects.get_or_create(**key, defaults=told)
    return DeadlineRule.objects.count()


def start(ticket: Ticket, *, today: date, event_on: date | None = None) -> None:
    """Set the deadline of a ticket's present state; the caller saves. A new deadline gets a new number."""
    if ticket.state == State.SUSPENDED:
        # Step, rule and extensions wait; what is due is to take it up again, and that escalates too.
        until = ticket.pauses.filter(end_on__isnull=True).values_list("until_on", flat=True).first()
        ticket.due_on, ticket.due_no = until, ticket.due_no + 1
        ticket.due_at = deadlines.due_moment(until) if until else None
        return
    step = STEPS.get(State(ticket.state), "")
    if not step:
        _set(ticket, step="", rule=None, anchor=None, due=None)
        return
    rule = rule_of(ticket, step, today)
    anchor = _anchor(ticket, rule, event_on or today)
    if ticket.step != step:
        ticket.extended_days = 0
    _set(ticket, step=step, rule=rule, anchor=anchor, due=due_of(ticket, rule, anchor))


def due_of(ticket: Ticket, rule: DeadlineRule, anchor: date) -> date | None:
    """Return the day a step is due, suspensions and extensions counted."""
    return deadlines.due(
        as_rule(rule), anchor, current(), pauses=pauses_of(ticket), extended_days=ticket.extended_days
    )


def pauses_of(ticket: Ticket) -> Sequence[Pause]:
    """Return a ticket's suspensions as half-open intervals."""
    return list(ticket.pauses.order_by("start_on").values_list("start_on", "end_on"))


def explain(ticket: Ticket) -> str:
    """Return in plain words how the present deadline was computed; empty without one."""
    if ticket.rule is None or ticket.anchor_on is None:
        return ""
    return deadlines.explain(
        as_rule(ticket.rule),
        ticket.anchor_on,
        ticket.due_on,
        current(),
        pauses=pauses_of(ticket),
        extended=ticket.extended_days,
    )


def first_promise(today: date) -> tuple[date, str] | None:
    """Return by when a report of today is decided on, and how that day is found; None without a rule."""
    try:
        rule = as_rule(rule_of(Ticket(), "decide", today))
    except deadlines.NoRuleError:
        return None
    calendar = current()
    due = deadlines.due(rule, today, calendar)
    return None if due is None else (due, deadlines.explain(rule, today, due, calendar))


def rule_of(ticket: Ticket, step: str, on: date) -> DeadlineRule:
    """Return the rule of a ticket's track for a step on a day."""
    stored = {as_rule(one): one for one in DeadlineRule.objects.filter(step=step)}
    return stored[deadlines.rule_for(stored, Track(ticket.track), Step(step), on)]


def as_rule(rule: DeadlineRule) -> Rule:
    """Return a stored rule as the pure arithmetic takes it."""
    told = {field.name: getattr(rule, field.name) for field in fields(Rule)}
    told |= {
        "track": Track(rule.track),
        "step": Step(rule.step),
        "anchor": Anchor(rule.anchor),
        "unit": cast("Unit", rule.unit),
    }
    return Rule(**told)


def _anchor(ticket: Ticket, rule: DeadlineRule, event_on: date) -> date:
    begun = ticket.received_on if ticket.round == 1 else ticket.accepted_on
    found = {
        "received": begun,
        "accepted": ticket.accepted_on,
        "concluded": ticket.concluded_on,
        "event": event_on,
    }[rule.anchor]
    return found or event_on


def _set(
    ticket: Ticket, *, step: str, rule: DeadlineRule | None, anchor: date | None, due: date | None
) -> None:
    before = (ticket.step, ticket.rule_id, ticket.due_on)
    if due is None:
        rule = anchor = None
    ticket.step, ticket.rule, ticket.anchor_on, ticket.due_on = step, rule, anchor, due
    ticket.due_at = deadlines.due_moment(due) if due else None
    ticket.calendar = current().version if due else ""
    if due and before != (step, rule.pk if rule else None, due):
        ticket.due_no += 1
