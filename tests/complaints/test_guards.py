"""What the database itself refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from complaints import states
from complaints.models import Event, Ticket
from tests.complaints.cases import NOW, TODAY, Officers, make_report, to_published

pytestmark = pytest.mark.django_db


def test_the_database_knows_the_same_transitions() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT verb, source, target FROM complaints_moves()")
        assert sorted(cursor.fetchall()) == sorted(states.moves())


def refused(**changes: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.update(**changes)


def test_a_ticket_does_not_move_without_its_event(staff: Officers) -> None:
    make_report()
    for changes in ({"state": "accepted"}, {"track": "B"}, {"due_on": TODAY}, {"last_seq": 2}, {"round": 2}):
        refused(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_an_event_of_another_transaction_is_not_enough(staff: Officers) -> None:
    ticket = make_report().ticket
    event = {"ticket": ticket, "seq": 2, "verb": "accept", "source": "received", "target": "accepted"}
    Event.objects.create(**event, by=staff.li.user, on=TODAY, at=NOW)
    refused(state="accepted", accepted_on=TODAY, last_seq=2)


def test_an_event_must_be_a_transition(staff: Officers) -> None:
    event = {"ticket": make_report().ticket, "seq": 2, "source": "received"}
    for more in ({"verb": "write_off", "target": "written_off"}, {"verb": "accept", "target": "published"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.create(**event, **more, on=TODAY)


@pytest.mark.parametrize("changes", [{"verb": "accept"}, {"on": TODAY}, {"by": None}])
def test_events_are_never_changed(staff: Officers, changes: dict[str, object]) -> None:
    make_report()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.update(**changes)


def test_nothing_is_written_off_with_money_due_or_an_objection(staff: Officers) -> None:
    ticket = to_published(staff, make_report().ticket)
    for changes in ({"funds": "due"}, {"has_objection": True}, {"told_on": None}, {"written_off_on": None}):
        with pytest.raises(IntegrityError, match="complaints_ticket_write_off"), transaction.atomic():
            write_off_by_hand(ticket, staff, **changes)


def write_off_by_hand(ticket: Ticket, staff: Officers, **changes: object) -> None:
    seq = ticket.last_seq + 1
    event = {"verb": "write_off", "source": "published", "target": "written_off"}
    Event.objects.create(ticket=ticket, seq=seq, by=staff.wang.user, on=TODAY, at=NOW, **event)
    told = {"state": "written_off", "last_seq": seq, "written_off_on": TODAY}
    Ticket.objects.update(**{**told, **changes})
