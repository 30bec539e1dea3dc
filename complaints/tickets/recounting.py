"""A changed calendar: every open deadline is computed anew in one recorded act, and never moves earlier."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from complaints.models import Ticket
from complaints.tickets import clocks, deadlines
from complaints.tickets.moving import Step, locked, move
from portal.workdays.calendar import current


def recount(now: datetime) -> int:
    """Compute the deadlines made by another version of the calendar anew; return how many tickets."""
    version = current().version
    stale = Ticket.objects.unfinished().filter(due_on__isnull=False).exclude(calendar=version)
    return sum(_renew(ticket_id, version, now) for ticket_id in stale.values_list("pk", flat=True))


@transaction.atomic
def _renew(ticket_id: UUID, version: str, now: datetime) -> bool:
    ticket = locked(ticket_id)
    if ticket.rule is None or ticket.anchor_on is None or ticket.due_on is None or ticket.calendar == version:
        return False
    counted = clocks.due_of(ticket, ticket.rule, ticket.anchor_on)
    due = deadlines.never_earlier(counted, ticket.due_on) or ticket.due_on
    moved = due != ticket.due_on
    step = Step(verb="new_calendar", by=None, now=now, detail={"calendar": version})
    move(
        ticket,
        step,
        calendar=version,
        due_on=due,
        due_at=deadlines.due_moment(due),
        due_no=ticket.due_no + moved,
    )
    return True
