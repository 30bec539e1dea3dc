"""A report's whole way: received, accepted, verified, concluded, published, written off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from complaints.errors import ConditionError, NotYoursError, WrongStateError
from complaints.models import Outcome, Result, Ticket
from complaints.reporting import following
from complaints.results import publishing
from complaints.sealing import opening, receipts
from complaints.sealing.pieces import File
from complaints.states import State
from complaints.tickets import acts
from tests.complaints.cases import (
    DRAFT,
    NOW,
    TODAY,
    Officers,
    make_report,
    to_concluded,
    to_merged,
    to_published,
    to_verifying,
)

pytestmark = pytest.mark.django_db


def test_a_report_is_read_by_its_officers_and_its_reporter(staff: Officers) -> None:
    photo = File(name="图片1", media_type="image/webp", data=b"RIFF-a-picture")
    received = make_report("挖掘机费不对", files=(photo,), name="王大妈", phone="13900000000")
    assert receipts.read(received.code) == received.code
    content = opening.read(staff.li, received.ticket, why="办理", now=NOW)
    assert content.report.text == "挖掘机费不对"
    assert content.concern.region == "360902100204"
    (file,) = received.ticket.files.all()
    assert opening.read_file(staff.chief, file, now=NOW)[1] == b"RIFF-a-picture"
    assert opening.read_identity(staff.li, received.ticket, why="核实", now=NOW)["name"] == "王大妈"
    holder = following.hold(received.code)
    assert holder is not None
    assert [piece.text for piece in following.read(holder)] == ["挖掘机费不对"]
    assert following.readers(holder) == (1, TODAY)


def test_the_same_form_twice_is_one_ticket(staff: Officers) -> None:
    first = make_report(nonce=b"n" * 16)
    again = make_report(nonce=b"n" * 16)
    other = make_report("另一件事", nonce=b"n" * 16)
    assert (first.code, first.ticket) == (again.code, again.ticket)
    assert again.is_repeat
    assert other.code != first.code
    assert Ticket.objects.count() == 2


def test_from_report_to_write_off(staff: Officers) -> None:
    received = make_report()
    ticket = to_verifying(staff, received.ticket)
    assert ticket.due_on is not None
    acts.note(staff.li, ticket.pk, text="调取原件", now=NOW)
    acts.ask(staff.li, ticket.pk, text="挖掘机哪天来的？", now=NOW)
    holder = following.hold(received.code)
    assert holder
    following.add(holder, text="10月8日", files=(), now=NOW)
    assert [piece.kind for piece in following.read(holder)] == ["report", "question", "supplement"]
    ticket = acts.conclude(staff.li, ticket.pk, outcome=Outcome.TRUE, funds="due", told=DRAFT.told(), now=NOW)
    with pytest.raises(NotYoursError):
        publishing.publish(staff.li, ticket.pk, now=NOW)
    ticket = publishing.publish(staff.wang, ticket.pk, now=NOW)
    result = Result.objects.get()
    assert (result.region.code, result.index is not None) == ("360902100204", True)
    assert not publishing.disagreements()
    with pytest.raises(ConditionError):
        acts.write_off(staff.chief, ticket.pk, now=NOW)
    acts.settle_funds(staff.li, ticket.pk, funds="returned", now=NOW)
    ticket = acts.write_off(staff.chief, ticket.pk, now=NOW)
    assert ticket.state == State.WRITTEN_OFF


def test_an_objection_opens_a_new_round_for_another_officer(staff: Officers) -> None:
    received = make_report()
    ticket = to_published(staff, received.ticket)
    holder = following.hold(received.code)
    assert holder
    following.object_to(holder, text="钱没退全", now=NOW + timedelta(days=3))
    with pytest.raises(ConditionError):
        acts.write_off(staff.wang, ticket.pk, now=NOW)
    with pytest.raises(NotYoursError):
        acts.reopen(staff.li, ticket.pk, text="再查", now=NOW)
    ticket = acts.reopen(staff.wang, ticket.pk, text="再查", now=NOW + timedelta(days=4))
    assert (ticket.round, ticket.state, ticket.has_objection) == (2, State.ACCEPTED, False)
    with pytest.raises(ConditionError):
        acts.assign(staff.chief, ticket.pk, to=staff.li.user, now=NOW)
    assert acts.assign(staff.chief, ticket.pk, to=staff.wang.user, now=NOW).officer == staff.wang.user


def test_a_suspension_stops_the_clock(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    due = ticket.due_on
    assert due
    ticket = acts.suspend(staff.li, ticket.pk, text="等鉴定", until=TODAY + timedelta(days=20), now=NOW)
    # What is due now is to take it up again.
    assert (ticket.state, ticket.due_on) == (State.SUSPENDED, TODAY + timedelta(days=20))
    ticket = acts.resume(staff.li, ticket.pk, now=NOW + timedelta(days=10))
    assert ticket.state == State.VERIFYING
    assert ticket.due_on
    assert ticket.due_on >= due + timedelta(days=10)


def test_an_extension_needs_another_person(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    due = ticket.due_on
    acts.ask_extension(staff.li, ticket.pk, days=30, text="案情复杂", now=NOW)
    with pytest.raises(NotYoursError):
        acts.decide_extension(staff.wang, ticket.pk, grant=True, now=NOW)
    ticket = acts.decide_extension(staff.chief, ticket.pk, grant=True, now=NOW)
    assert due
    assert ticket.due_on
    assert ticket.due_on >= due + timedelta(days=30)
    with pytest.raises(ConditionError):
        acts.ask_extension(staff.li, ticket.pk, days=10, text="再延", now=NOW)


def test_a_merged_report_keeps_its_own_evidence(staff: Officers) -> None:
    lead, second = make_report("第一件"), make_report("第二件，我还有照片")
    ticket = to_merged(staff, second.ticket, lead.ticket)
    assert ticket.state == State.MERGED
    holder = following.hold(second.code)
    assert holder
    assert holder.shown == lead.ticket
    assert [piece.text for piece in following.read(holder)] == ["第二件，我还有照片"]


def test_a_transfer_reaches_the_other_office_and_comes_back(staff: Officers) -> None:
    ticket = make_report().ticket
    ticket = acts.transfer(staff.chief, ticket.pk, to=staff.city, text="归市里", now=NOW)
    assert (ticket.office, ticket.state) == (staff.city, State.TRANSFERRED)
    assert opening.peek(staff.city_inspector, ticket).report.text
    ticket = acts.give_back(staff.city_inspector, ticket.pk, text="归区里", now=NOW)
    assert (ticket.office, ticket.state) == (staff.county, State.RECEIVED)


def test_a_step_that_is_not_possible_says_so(staff: Officers) -> None:
    ticket = to_concluded(staff, make_report().ticket)
    with pytest.raises(WrongStateError, match="有结论"):
        acts.accept(staff.wang, ticket.pk, now=NOW)
