"""The queue of an officer: what is late, soon due, whose; only tickets sealed to that officer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q

from complaints import states
from complaints.models import Extension, Ticket
from complaints.models.ticket import TicketQuerySet
from complaints.states import State
from portal.people.models import Role, User
from portal.people.scope import held
from portal.workdays.arithmetic import Calendar

# Working days before a date on which a ticket turns amber.
SOON = 3
PAGE = 50
# Titles are sealed: a search opens them one by one.
SEARCHED = 500
_NEVER = date.max
TABS = {
    "mine": "我的",
    "new": "待受理",
    "soon": f"{SOON} 个工作日内到期",
    "late": "超期",
    "extended": "延期过的",
    "again": "重新办理",
    "second": "待我复核",
    "all": "全部",
}
LIGHTS = ("late", "soon", "calm")


@dataclass(frozen=True, kw_only=True)
class Due:
    """How near a ticket's date is: a shape (`bad`, `warn`, `ok`, `none`) and words that say the same."""

    state: str
    word: str


def due_of(ticket: Ticket, calendar: Calendar, today: date) -> Due:
    """Return the light of one ticket."""
    if ticket.state == State.SUSPENDED:
        return Due(state="none", word="中止，不计时")
    if ticket.due_on is None:
        return Due(state="none", word="没有期限")
    if today > ticket.due_on:
        return Due(state="bad", word=f"超期 {(today - ticket.due_on).days} 天")
    left = calendar.days_left(ticket.due_on, today)
    if ticket.due_on == today:
        return Due(state="warn", word="今天到期")
    return Due(state="warn" if left <= SOON else "ok", word=f"剩 {left} 个工作日")


class Queue:
    """The tickets of one officer on one day, by tab, with all counts in one query."""

    def __init__(self, user: User, *, today: date, calendar: Calendar) -> None:
        """Take the officer and the day."""
        self.conditions = _conditions(user, today, calendar)
        extended = Extension.objects.filter(ticket=OuterRef("pk"), is_granted=True)
        asked = Extension.objects.filter(ticket=OuterRef("pk"), decided_at__isnull=True).exclude(
            asked_by=user
        )
        self.tickets: TicketQuerySet = Ticket.objects.readable_by(user).annotate(
            is_extended=Exists(extended), is_asked=Exists(asked)
        )

    def counts(self) -> dict[str, int]:
        """Return the number of tickets of each tab and light."""
        found: dict[str, int] = self.tickets.aggregate(
            **{name: Count("pk", filter=condition) for name, condition in self.conditions.items()}
        )
        return found

    def page(self, tab: str, *, after: str = "") -> tuple[list[Ticket], str]:
        """Return one page of a tab by deadline, and the key of the next one (empty: none)."""
        found = self.tickets.filter(self.conditions[tab])
        if key := _read_key(after):
            found = found.filter(_after(*key))
        rows = list(
            found.select_related("officer", "office__body").order_by(
                F("due_on").asc(nulls_last=True), "number"
            )[: PAGE + 1]
        )
        more = rows[PAGE - 1] if len(rows) > PAGE else None
        return rows[:PAGE], f"{more.due_on or _NEVER}.{more.number}" if more else ""

    def unfinished(self) -> list[Ticket]:
        """Return what is not written off, the nearest day first, as far as a search reads."""
        found = self.tickets.unfinished().select_related("officer").by_deadline()
        return list(found[:SEARCHED])

    def numbered(self, number: str) -> Ticket | None:
        """Return the ticket of a number."""
        return self.tickets.filter(number=number).first()


def _after(day: date, number: str) -> Q:
    if day == _NEVER:
        return Q(due_on__isnull=True, number__gt=number)
    return Q(due_on__gt=day) | Q(due_on=day, number__gt=number) | Q(due_on__isnull=True)


def _read_key(text: str) -> tuple[date, str] | None:
    day, _, number = text.partition(".")
    try:
        return date.fromisoformat(day), number
    except ValueError:
        return None


def _conditions(user: User, today: date, calendar: Calendar) -> dict[str, Q]:
    is_open = Q(state__in=[state.value for state in states.OPEN])
    # The first day that is no longer near: the end of as many working days and one more.
    later = calendar.add(today, SOON + 1, "workdays") or _NEVER
    return {
        "mine": is_open & Q(officer=user),
        "new": Q(state__in=[State.RECEIVED, State.TRANSFERRED]),
        "soon": is_open & Q(due_on__gte=today, due_on__lt=later),
        "late": is_open & Q(due_on__lt=today),
        "calm": is_open & (Q(due_on__gte=later) | Q(due_on__isnull=True)),
        "extended": Q(is_extended=True),
        "again": Q(round__gt=1) & ~Q(state=State.WRITTEN_OFF),
        "second": _for_a_second(user),
        "all": Q(),
    }


def _for_a_second(user: User) -> Q:
    """Return what waits for somebody who did not conclude; for a chief, also what asks for more time."""
    roles = held(user)
    offices = [one.body_id for one in roles]
    others = Q(office__body__in=offices) & (Q(concluded_by__isnull=True) | ~Q(concluded_by=user))
    waiting = Q(state__in=[State.CONCLUDED, State.PUBLISHED, State.NOT_ACCEPTED]) | Q(has_objection=True)
    led = [one.body_id for one in roles if one.role == Role.CHIEF]
    return others & waiting | Q(office__body__in=led, is_asked=True)
