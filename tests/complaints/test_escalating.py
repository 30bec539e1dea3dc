"""Every level of every deadline is escalated once: twice, late, beside another, after days of silence."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connections

from complaints.models import Escalation, Scan, Ticket
from complaints.states import State
from complaints.tickets import acts, escalating, reminders
from portal.outbox.models import Effect
from portal.workdays.calendar import current
from tests.complaints.cases import NOW, Officers, make_report, to_verifying

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def believed_clock(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    Scan.objects.create(pk=1, at=NOW)


def on(ticket: Ticket, days: int) -> datetime:
    """Return a moment some days after a ticket is due."""
    assert ticket.due_on
    return NOW + timedelta(days=(ticket.due_on - NOW.date()).days + days)


def levels(ticket: Ticket) -> list[str]:
    return [one.level for one in Escalation.objects.filter(ticket=ticket).order_by("true_on")]


def test_levels_come_on_their_days_and_once(staff: Officers) -> None:
    ticket = make_report().ticket
    calendar = current()
    days = dict(escalating.levels(ticket, calendar))
    assert ticket.due_on
    assert calendar.workdays_between(days["warn"], ticket.due_on) == 3
    assert days["due"] == ticket.due_on + timedelta(days=1)
    escalating.scan(on(ticket, -20))
    assert levels(ticket) == []
    escalating.scan(on(ticket, 0))
    assert levels(ticket) == ["warn"]
    for _ in range(3):
        escalating.scan(on(ticket, 1))
    assert levels(ticket) == ["warn", "due"]
    escalating.scan(on(ticket, 40))
    assert levels(ticket) == ["warn", "due", "superior", "public"]


def test_three_days_of_silence_are_caught_up_with_true_days(staff: Officers) -> None:
    ticket = make_report().ticket
    escalating.scan(on(ticket, 40))
    found = list(Escalation.objects.filter(ticket=ticket).order_by("pk"))
    assert [one.level for one in found] == ["warn", "due", "superior", "public"]
    assert [one.true_on for one in found] == [day for _, day in escalating.levels(ticket, current())]
    # The chief is warned and told that the day passed: one letter, not two.
    letters = Effect.objects.filter(topic="mail", ref__user=staff.chief.user.pk)
    assert [letter.ref["count"] for letter in letters] == [2]


def test_an_extension_begins_a_new_deadline(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    late = on(ticket, 1)
    escalating.scan(late)
    assert levels(ticket) == ["warn", "due"]
    acts.ask_extension(staff.li, ticket.pk, days=30, text="还在鉴定", now=late)
    ticket = acts.decide_extension(staff.chief, ticket.pk, grant=True, now=late)
    escalating.scan(late)
    assert len(levels(ticket)) == 2
    escalating.scan(on(ticket, 1))
    assert len(levels(ticket)) == 4


def test_a_suspended_ticket_is_not_escalated(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    due = on(ticket, 1)
    until = due.date() + timedelta(days=30)
    ticket = acts.suspend(staff.li, ticket.pk, text="等鉴定", until=until, now=NOW)
    escalating.scan(due)
    assert levels(ticket) == []
    # Nobody may let it lie: what is due then is to take it up again.
    escalating.scan(on(ticket, 1))
    assert levels(ticket) == ["warn", "due"]


def test_a_transfer_nobody_takes_comes_back(staff: Officers) -> None:
    ticket = acts.transfer(staff.chief, make_report().ticket.pk, to=staff.city, text="归市里", now=NOW)
    escalating.scan(on(ticket, 0))
    assert Ticket.objects.get().state == State.TRANSFERRED
    assert escalating.scan(on(ticket, 1)).returned == 1
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.office) == (State.RECEIVED, staff.county)


def test_a_clock_that_ran_backwards_pauses_until_somebody_looked(staff: Officers) -> None:
    ticket = make_report().ticket
    escalating.scan(on(ticket, 1))
    assert escalating.scan(on(ticket, 0)).paused
    escalating.resume(on(ticket, 0))
    assert not escalating.scan(on(ticket, 0)).paused


def test_a_letter_says_how_many_and_nothing_else(staff: Officers) -> None:
    make_report("只有我知道的事")
    assert reminders.digest(NOW) == 3
    assert reminders.digest(NOW) == 0
    letter = reminders.digest_letter({"user": staff.li.user.pk})
    assert letter
    assert "待受理 1 件" in letter.body
    assert "只有我知道的事" not in letter.body
    assert Ticket.objects.get().number not in letter.body


def test_no_letter_on_a_day_off(staff: Officers) -> None:
    make_report()
    assert reminders.digest(NOW + timedelta(days=5)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_scanners_at_once_escalate_once(staff: Officers) -> None:
    tickets = [make_report(f"第 {number} 件").ticket for number in range(12)]
    late = on(tickets[0], 40)
    start = threading.Barrier(3)

    def scan() -> None:
        start.wait()
        escalating.scan(late)
        connections.close_all()

    threads = [threading.Thread(target=scan) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    escalating.scan(late)
    assert Escalation.objects.count() == 4 * len(tickets)
    told = Effect.objects.filter(ref__user=staff.chief.user.pk)
    assert sum(effect.ref["count"] for effect in told) == 2 * len(tickets)
