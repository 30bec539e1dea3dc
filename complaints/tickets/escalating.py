"""Escalate what is due: to the officer, the head, the superior office, the public count; each level once.

Levels are days, computed from the stored deadline by the working-day calendar. A scan that was missed for
days writes every missed level in order, with its true day; the unique key of an escalation and the outbox in
the same transaction make it once, however many scanners run.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from complaints.models import Escalation, Scan, Ticket
from complaints.states import State
from complaints.tickets.moving import Step, move
from portal.outbox import mail
from portal.people.models import INSPECTORS, Appointment, Role
from portal.workdays.arithmetic import Calendar
from portal.workdays.calendar import current

log = logging.getLogger(__name__)
# Working days after the deadline on which the superior office is told, and the public count begins.
SUPERIOR_DAYS, PUBLIC_DAYS = 3, 10
_BATCH = 200
_AHEAD = timedelta(days=45)
_JUMP = timedelta(minutes=10)
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What one scan did."""

    escalated: int = 0
    returned: int = 0
    paused: str = ""


def scan(now: datetime | None = None) -> Scanned:
    """Escalate everything that is due by now; harmless when run twice, late or beside another.

    `now` is the database's clock unless it is given.
    """
    moment = now or database_now()
    if reason := doubt(moment):
        log.error("Escalation pauses: %s", reason)
        return Scanned(paused=reason)
    calendar, today = current(), timezone.localdate(moment)
    escalated = returned = 0
    after = None
    while True:
        with transaction.atomic():
            tickets = _due(today, after)
            if not tickets:
                break
            escalated += _escalate(tickets, calendar, moment)
            returned += sum(_return_late(ticket, moment) for ticket in tickets)
        after = tickets[-1].pk
    Scan.objects.filter(pk=1).update(at=moment)
    return Scanned(escalated=escalated, returned=returned)


def database_now() -> datetime:
    """Return the database's clock, the only one that decides."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def levels(ticket: Ticket, calendar: Calendar) -> Iterator[tuple[str, date]]:
    """Yield each level with the first day on which it counts, in order."""
    due, rule = ticket.due_on, ticket.rule
    if due is None or rule is None:
        return
    yield "warn", _workdays_before(due, rule.warn_days, calendar)
    yield "due", due + _DAY
    for level, days in (("superior", SUPERIOR_DAYS), ("public", PUBLIC_DAYS)):
        last = calendar.add(due, days, "workdays")
        if last is not None:
            yield level, last + _DAY


def resume(now: datetime) -> None:
    """Let escalation go on after an operator looked at the clock."""
    Scan.objects.update_or_create(pk=1, defaults={"at": now})


def _workdays_before(due: date, days: int, calendar: Calendar) -> date:
    day, left = due, days
    while left > 0:
        day -= _DAY
        left -= calendar.is_workday(day)
    return day


def _due(today: date, after: object) -> list[Ticket]:
    """Return the next tickets whose deadline is near or past, locked; another scanner's are left to it."""
    found = (
        Ticket.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(due_on__lte=today + _AHEAD)
        .select_related("rule", "office__superior")
        .order_by("pk")
    )
    return list((found.filter(pk__gt=after) if after else found)[:_BATCH])


def _escalate(tickets: list[Ticket], calendar: Calendar, now: datetime) -> int:
    """Write the levels reached, and one letter to each person they concern."""
    today, wanted = timezone.localdate(now), []
    for ticket in tickets:
        for level, true_on in levels(ticket, calendar):
            if true_on <= today:
                wanted.append(_new(ticket, level, true_on, now))
    known = set(
        Escalation.objects.filter(ticket__in=tickets).values_list(
            "ticket", "round", "step", "due_no", "level"
        )
    )
    fresh = [one for one in wanted if _key(one) not in known]
    Escalation.objects.bulk_create(fresh)
    _tell(fresh)
    return len(fresh)


def _new(ticket: Ticket, level: str, true_on: date, now: datetime) -> Escalation:
    return Escalation(
        ticket=ticket,
        round=ticket.round,
        step=ticket.step,
        due_no=ticket.due_no,
        level=level,
        true_on=true_on,
        at=now,
    )


def _key(one: Escalation) -> tuple[object, ...]:
    return (one.ticket_id, one.round, one.step, one.due_no, one.level)


def _tell(escalations: Iterable[Escalation]) -> None:
    """Put one letter for each person into the outbox: how many, never which."""
    concerned: dict[int, list[int]] = defaultdict(list)
    for one in escalations:
        for user in _audience(one):
            concerned[user].append(one.pk)
    for user, numbers in concerned.items():
        mail.send(
            maker="complaints.escalated",
            key=f"escalated-{user}-{min(numbers)}",
            ref={"user": user, "count": len(numbers)},
        )


def _audience(one: Escalation) -> set[int]:
    """Return the users a level concerns: who can read the ticket; in the superior office, its heads."""
    ticket = one.ticket
    if one.level == "public":
        return set()
    if one.level == "superior":
        above = ticket.office.superior
        return _officers(above.body_id, {Role.CHIEF}) if above else set()
    able = ticket.grants.filter(part="content", key__isnull=False, blocked_on__isnull=True)
    readers = set(able.values_list("key__user", flat=True))
    if one.level == "due":
        return readers & _officers(ticket.office.body_id, {Role.CHIEF})
    return (
        {ticket.officer_id} if ticket.officer_id else readers & _officers(ticket.office.body_id, INSPECTORS)
    )


def _officers(body_id: int, roles: Iterable[Role]) -> set[int]:
    held = Appointment.objects.valid(timezone.localdate()).filter(
        body=body_id, role__in=list(roles), user__is_active=True
    )
    return set(held.values_list("user", flat=True))


def _return_late(ticket: Ticket, now: datetime) -> bool:
    """Give a ticket back that the new office did not take in time."""
    is_late = ticket.due_on is not None and timezone.localdate(now) > ticket.due_on
    if ticket.state != State.TRANSFERRED or not is_late:
        return False
    step = Step(verb="return_late", by=None, now=now)
    move(ticket, step, office=ticket.former_office, former_office=None)
    return True


def doubt(now: datetime) -> str:
    """Return why the clock cannot be believed; empty where it can."""
    held, _ = Scan.objects.get_or_create(pk=1, defaults={"at": now})
    if held.at - now > _JUMP:
        return "数据库的时钟倒退了"
    if abs(database_now() - timezone.now()) > _JUMP:
        return "数据库和本机的时钟相差太多"
    return ""
