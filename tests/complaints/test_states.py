"""The table of transitions against code and database: each works for whom it is, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from complaints import states
from complaints.errors import ComplaintError, ConditionError, NotYoursError, WrongStateError
from complaints.models import Event, Outcome, Refusal, Ticket
from complaints.reporting import following
from complaints.results import publishing
from complaints.sealing.boxes import NotOpenError
from complaints.sealing.opening import Desk
from complaints.states import BY_VERB, TRANSITIONS, Actor, State
from complaints.tickets import acts
from complaints.tickets.moving import Step, locked, move
from portal import env
from portal.people.models import Role
from tests.complaints.cases import (
    DRAFT,
    NOW,
    TODAY,
    Officers,
    make_desk,
    make_report,
    sign_list,
    to_accepted,
    to_concluded,
    to_merged,
    to_published,
    to_verifying,
)
from tests.county import make_person

pytestmark = pytest.mark.django_db


@dataclass
class Case:
    """A report, its code, the officers, and a second ticket to merge into."""

    staff: Officers
    ticket: Ticket
    code: str

    def holder(self) -> following.Holder:
        found = following.hold(self.code)
        assert found
        return found


Ready = Callable[[Case], Any]
Do = Callable[[Case, Desk | None], Ticket]


def _suspended(case: Case) -> None:
    to_verifying(case.staff, case.ticket)
    acts.suspend(case.staff.li, case.ticket.pk, text="等", until=TODAY + timedelta(days=9), now=NOW)


def _asked_for_time(case: Case) -> None:
    to_verifying(case.staff, case.ticket)
    acts.ask_extension(case.staff.li, case.ticket.pk, days=10, text="等", now=NOW)


def _accepted(case: Case) -> None:
    acts.triage(case.staff.wang, case.ticket.pk, track="B", now=NOW)
    acts.accept(case.staff.wang, case.ticket.pk, now=NOW)


def _assigned(case: Case) -> None:
    _accepted(case)
    acts.assign(case.staff.chief, case.ticket.pk, to=case.staff.li.user, now=NOW)


def _triaged(case: Case) -> None:
    acts.triage(case.staff.wang, case.ticket.pk, track="B", now=NOW)


def _handed_over(case: Case) -> None:
    acts.transfer(case.staff.chief, case.ticket.pk, to=case.staff.city, text="移", now=NOW)


def _objected(case: Case) -> None:
    to_published(case.staff, case.ticket)
    following.object_to(case.holder(), text="不服", now=NOW)


def _nothing(case: Case) -> None:
    del case


def _desk(act: Callable[..., Ticket], **more: Any) -> Do:
    def doing(case: Case, desk: Desk | None) -> Ticket:
        assert desk
        return act(desk, case.ticket.pk, now=NOW, **more)

    return doing


def _to_li(act: Callable[..., Ticket], **more: Any) -> Do:
    return lambda case, desk: _desk(act, to=case.staff.li.user, **more)(case, desk)


def _by_reporter(act: Callable[..., Ticket], **more: Any) -> Do:
    return lambda case, _desk: act(case.holder(), now=NOW, **more)


def _system(verb: str, **more: Any) -> Do:
    def doing(case: Case, desk: Desk | None) -> Ticket:
        with transaction.atomic():
            step = Step(verb=verb, by=desk.user if desk else None, now=NOW)
            return move(locked(case.ticket.pk), step, **more)

    return doing


UNTIL = TODAY + timedelta(days=9)
CONCLUSION = {"outcome": Outcome.TRUE, "funds": "due", "told": DRAFT.told()}
# verb -> how to get there, what to do, by whom it works, by whom it must not.
HOW: dict[str, tuple[Ready, Do, str, tuple[str, ...]]] = {
    "triage": (_nothing, _desk(acts.triage, track="A"), "li", ("city_inspector", "stranger")),
    "accept": (_triaged, _desk(acts.accept), "wang", ("city_inspector", "stranger")),
    "refuse": (_triaged, _desk(acts.refuse, reason=Refusal.NOT_OURS, text="不归"), "li", ("city_inspector",)),
    "assign": (_accepted, _to_li(acts.assign), "chief", ("li", "wang", "city_inspector")),
    "reassign": (_assigned, _to_li(acts.assign), "chief", ("li", "wang")),
    "start": (_assigned, _desk(acts.start), "li", ("wang", "chief")),
    "conclude": (
        lambda case: to_verifying(case.staff, case.ticket),
        _desk(acts.conclude, **CONCLUSION), "li", ("wang", "chief"),
    ),
    "publish": (
        lambda case: to_concluded(case.staff, case.ticket),
        _desk(publishing.publish), "wang", ("li", "city_inspector"),
    ),
    "seal_result": (
        lambda case: to_concluded(case.staff, case.ticket),
        _desk(acts.seal_result, text="隐私"), "chief", ("li",),
    ),
    "send_back": (
        lambda case: to_concluded(case.staff, case.ticket),
        _desk(acts.send_back, text="再查"), "wang", ("li",),
    ),
    "write_off": (
        lambda case: to_published(case.staff, case.ticket), _desk(acts.write_off), "wang", ("li",),
    ),
    "suspend": (_assigned, _desk(acts.suspend, text="等", until=UNTIL), "li", ("city_inspector",)),
    "resume": (_suspended, _desk(acts.resume), "li", ("city_inspector",)),
    "ask_extension": (_assigned, _desk(acts.ask_extension, days=10, text="等"), "li", ("city_inspector",)),
    "grant_extension": (_asked_for_time, _desk(acts.decide_extension, grant=True), "chief", ("li", "wang")),
    "deny_extension": (_asked_for_time, _desk(acts.decide_extension, grant=False), "chief", ("li", "wang")),
    "merge": (
        _nothing,
        lambda case, desk: _desk(acts.merge, into=to_accepted(case.staff, make_report("先来的").ticket))(
            case, desk
        ),
        "chief", ("li", "wang", "city_inspector"),
    ),
    "transfer": (
        _nothing,
        lambda case, desk: _desk(acts.transfer, to=case.staff.city, text="移")(case, desk),
        "chief", ("li", "wang"),
    ),
    "take": (_handed_over, _desk(acts.take), "city_inspector", ("li", "chief")),
    "give_back": (_handed_over, _desk(acts.give_back, text="退"), "city_inspector", ("li", "chief")),
    "return_late": (_handed_over, _system("return_late"), "", ("chief",)),
    "reopen": (
        lambda case: to_published(case.staff, case.ticket), _desk(acts.reopen, text="再查"), "wang", ("li",),
    ),
    "object": (
        lambda case: to_published(case.staff, case.ticket),
        lambda case, desk: _system("object")(case, desk)
        if desk else following.object_to(case.holder(), text="不服", now=NOW),
        "", ("wang",),
    ),
    "answer_objection": (_objected, _desk(acts.answer_objection, text="答"), "wang", ("li",)),
    "settle_funds": (
        lambda case: to_concluded(case.staff, case.ticket, funds="due"),
        _desk(acts.settle_funds, funds="returned"), "li", ("city_inspector",),
    ),
    "ask": (_nothing, _desk(acts.ask, text="哪天？"), "li", ("city_inspector",)),
    "note": (_nothing, _desk(acts.note, text="记"), "li", ("city_inspector",)),
    "supplement": (
        _nothing,
        lambda case, desk: _system("supplement")(case, desk)
        if desk else following.add(case.holder(), text="还有", files=(), now=NOW).ticket,
        "", ("li",),
    ),
    "rate": (
        lambda case: to_published(case.staff, case.ticket),
        lambda case, desk: _system("rate")(case, desk)
        if desk else following.rate(case.holder(), stars=4, now=NOW),
        "", ("li",),
    ),
    "grant": (
        _nothing,
        lambda case, desk: _desk(acts.invite, to=case.staff.city_inspector.user)(case, desk),
        "li", ("city_inspector",),
    ),
    "new_calendar": (_nothing, _system("new_calendar"), "", ("li",)),
}  # fmt: skip


@pytest.fixture
def case(staff: Officers) -> Case:
    received = make_report()
    return Case(staff, received.ticket, received.code)


def _desk_of(case: Case, who: str) -> Desk | None:
    if who == "stranger":
        desk = make_desk(make_person("stranger", "外人", Role.INSPECTOR, case.staff.county.body))
        sign_list()
        return desk
    found: Desk | None = getattr(case.staff, who) if who else None
    return found


def test_every_transition_is_tried_here() -> None:
    assert set(HOW) == set(BY_VERB)
    assert all(refused for _, _, _, refused in HOW.values())


@pytest.mark.parametrize("verb", HOW)
def test_a_transition_works_for_whom_it_is(case: Case, verb: str) -> None:
    ready, do, who, _ = HOW[verb]
    ready(case)
    before = Ticket.objects.get(pk=case.ticket.pk)
    ticket = do(case, _desk_of(case, who))
    event = Event.objects.get(ticket=ticket, seq=before.last_seq + 1)
    assert (event.verb, event.source) == (verb, before.state)
    assert (verb, before.state, ticket.state) in states.moves()
    ticket.refresh_from_db()
    assert event.target == ticket.state


@pytest.mark.parametrize(("verb", "who"), [(verb, who) for verb, told in HOW.items() for who in told[3]])
def test_a_transition_is_refused_to_the_wrong_person(case: Case, verb: str, who: str) -> None:
    ready, do, _, _ = HOW[verb]
    ready(case)
    before = Ticket.objects.get(pk=case.ticket.pk)
    with pytest.raises((NotYoursError, ConditionError, NotOpenError)):
        do(case, _desk_of(case, who))
    ticket = Ticket.objects.get(pk=case.ticket.pk)
    assert (ticket.state, ticket.last_seq) == (before.state, before.last_seq)


# --- What stood open once.


def test_who_refused_does_not_review_the_refusal(case: Case) -> None:
    acts.triage(case.staff.wang, case.ticket.pk, track="B", now=NOW)
    acts.refuse(case.staff.wang, case.ticket.pk, reason=Refusal.NOT_OURS, text="不归", now=NOW)
    for again in (_desk(acts.write_off), _desk(acts.reopen, text="算了")):
        with pytest.raises(NotYoursError):
            again(case, case.staff.wang)
    assert acts.write_off(case.staff.li, case.ticket.pk, now=NOW).state == State.WRITTEN_OFF


@pytest.mark.parametrize("funds", ["none", "due", "gone"])
def test_money_due_is_not_declared_gone(case: Case, funds: str) -> None:
    to_concluded(case.staff, case.ticket, funds="due")
    with pytest.raises(ComplaintError):
        acts.settle_funds(case.staff.li, case.ticket.pk, funds=funds, now=NOW)


def test_the_reporter_may_object_after_the_write_off(case: Case) -> None:
    to_published(case.staff, case.ticket)
    acts.write_off(case.staff.wang, case.ticket.pk, now=NOW)
    ticket = following.object_to(case.holder(), text="钱没有退", now=NOW)
    assert (ticket.state, ticket.has_objection) == (State.WRITTEN_OFF, True)
    ticket = acts.reopen(case.staff.chief, ticket.pk, text="再查", now=NOW)
    assert (ticket.round, ticket.state) == (2, State.ACCEPTED)


def test_a_report_merged_twice_over_shows_the_last_one(case: Case) -> None:
    second, third = make_report("第二").ticket, make_report("第三").ticket
    to_merged(case.staff, case.ticket, second)
    to_merged(case.staff, second, third)
    assert case.holder().shown == third


def test_a_suspension_pressed_twice_says_so(case: Case) -> None:
    _suspended(case)
    with pytest.raises(WrongStateError):
        _desk(acts.suspend, text="等", until=UNTIL)(case, case.staff.li)


# --- Anything in any order.

_VERBS = [one.verb for one in TRANSITIONS if one.verb not in {"merge", "return_late", "new_calendar"}]


class Walk(RuleBasedStateMachine):
    """Officers and the reporter try anything; state, events and table must always agree."""

    case: Case

    def __init__(self) -> None:
        super().__init__()
        self.sid = transaction.savepoint()
        received = make_report()
        self.case = Case(Walk.staff, received.ticket, received.code)

    staff: Officers

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.sid)

    @rule(verb=st.sampled_from(_VERBS), who=st.sampled_from(["li", "wang", "chief", "city_inspector"]))
    def try_anything(self, verb: str, who: str) -> None:
        transition = BY_VERB[verb]
        _, do, _, _ = HOW[verb]
        desk = None if transition.actor is Actor.REPORTER else _desk_of(self.case, who)
        before = Ticket.objects.get(pk=self.case.ticket.pk)
        try:
            with transaction.atomic():
                after = do(self.case, desk)
        except (ComplaintError, NotOpenError) as error:
            same = Ticket.objects.get(pk=self.case.ticket.pk)
            assert (same.state, same.last_seq) == (before.state, before.last_seq)
            if isinstance(error, WrongStateError):
                assert before.state not in transition.sources
        else:
            if after.last_seq == before.last_seq:
                # What the reporter sends twice is there once.
                assert transition.actor is Actor.REPORTER
                assert after.state == before.state
                return
            done = after.events.get(seq=before.last_seq + 1).verb
            assert (done, before.state, after.state) in MOVES
            assert before.state in BY_VERB[done].sources

    @rule()
    def go_the_usual_way(self) -> None:
        ticket = Ticket.objects.get(pk=self.case.ticket.pk)
        way = {
            State.RECEIVED: ("triage" if not ticket.track else "accept", "wang"),
            State.ACCEPTED: ("assign", "chief"),
            State.ASSIGNED: ("start", "li"),
            State.VERIFYING: ("conclude", "li"),
            State.CONCLUDED: ("publish", "wang"),
            State.PUBLISHED: ("settle_funds" if ticket.funds == "due" else "write_off", "wang"),
            State.NOT_ACCEPTED: ("write_off", "chief"),
            State.SUSPENDED: ("resume", "wang"),
            State.TRANSFERRED: ("give_back", "city_inspector"),
        }.get(State(ticket.state))
        if way:
            self.try_anything(*way)

    @invariant()
    def events_lead_to_the_state(self) -> None:
        ticket = Ticket.objects.get(pk=self.case.ticket.pk)
        events = list(ticket.events.order_by("seq"))
        assert [event.seq for event in events] == list(range(1, ticket.last_seq + 1))
        assert events[-1].target == ticket.state
        for earlier, later in pairwise(events):
            assert later.source == earlier.target

    @invariant()
    def what_is_due_has_a_rule_and_what_is_done_has_none(self) -> None:
        ticket = Ticket.objects.get(pk=self.case.ticket.pk)
        assert (ticket.due_on is None) == (ticket.due_at is None)
        if ticket.state in {State.WRITTEN_OFF, State.NOT_ACCEPTED, State.SUSPENDED, State.PUBLISHED}:
            assert ticket.due_on is None
        if ticket.state in {State.RECEIVED, State.ACCEPTED, State.ASSIGNED, State.VERIFYING}:
            assert ticket.due_on is not None


MOVES = set(states.moves())
# `STATE_WALKS=100` walks more ways than the suite does.
WALKS = int(env.text("STATE_WALKS", default="6"))


def test_whatever_is_tried_the_table_holds(staff: Officers) -> None:
    Walk.staff = staff
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # each step costs: shrinking would take minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
