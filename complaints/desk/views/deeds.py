"""What can be done with a ticket: each act with its form, offered where it is possible and this officer's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from complaints.desk.views import forms
from complaints.desk.views.forms import DeedForm
from complaints.desk.views.gate import Visit
from complaints.errors import ConditionError
from complaints.models import Outcome, Refusal, Ticket
from complaints.results import publishing
from complaints.sealing.opening import Desk
from complaints.states import BY_VERB, possible
from complaints.tickets import acts
from complaints.tickets.moving import allows, roles_at

Run = Callable[[Desk, UUID, DeedForm, datetime], Ticket]


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One act: its address, the transition it makes, its button, its form, and what it calls."""

    name: str
    run: Run
    verb: str = ""
    form: type[DeedForm] = DeedForm
    word: str = ""
    hint: str = ""
    applies: Callable[[Visit, Ticket], bool] = lambda _visit, _ticket: True

    @property
    def transition(self) -> str:
        """The verb of the table."""
        return self.verb or self.name

    @property
    def button(self) -> str:
        """The word on the button."""
        return self.word or BY_VERB[self.transition].word


def _bare(act: Callable[..., Ticket]) -> Run:
    return lambda desk, pk, _form, now: act(desk, pk, now=now)


def _worded(act: Callable[..., Ticket]) -> Run:
    return lambda desk, pk, form, now: act(desk, pk, text=form.cleaned_data["text"], now=now)


def _whole(act: Callable[..., Ticket]) -> Run:
    """Hand over every field by its name."""

    def run(desk: Desk, pk: UUID, form: DeedForm, now: datetime) -> Ticket:
        told: dict[str, Any] = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        return act(desk, pk, **told, now=now)

    return run


def _refuse(desk: Desk, pk: UUID, form: DeedForm, now: datetime) -> Ticket:
    told = form.cleaned_data
    return acts.refuse(desk, pk, reason=Refusal(told["reason"]), text=told["text"], now=now)


def _share_identity(desk: Desk, pk: UUID, form: DeedForm, now: datetime) -> Ticket:
    told = form.cleaned_data
    return acts.share_identity(desk, pk, to=told["to"], reason=told["text"], now=now)


def _merge(desk: Desk, pk: UUID, form: DeedForm, now: datetime) -> Ticket:
    number = form.cleaned_data["number"].strip()
    # One that this officer cannot read is answered like one that does not exist.
    lead = Ticket.objects.readable_by(desk.user).filter(number=number).first()
    if lead is None:
        raise ConditionError("没有这个编号的工单。")
    return acts.merge(desk, pk, into=lead, now=now)


def _conclude(desk: Desk, pk: UUID, form: DeedForm, now: datetime) -> Ticket:
    told = form.cleaned_data
    outcome, draft = Outcome(told["outcome"]), forms.draft_of(told)
    return acts.conclude(desk, pk, outcome=outcome, funds=told["funds"], told=draft.told(), now=now)


def _decide(*, grant: bool) -> Run:
    return lambda desk, pk, _form, now: acts.decide_extension(desk, pk, grant=grant, now=now)


def _is_asked(visit: Visit, ticket: Ticket) -> bool:
    """Say whether somebody else waits for more time to be granted."""
    return ticket.extensions.filter(decided_at__isnull=True).exclude(asked_by=visit.user).exists()


def _can_ask(_visit: Visit, ticket: Ticket) -> bool:
    waits = ticket.extensions.filter(decided_at__isnull=True).exists()
    return bool(ticket.rule and ticket.rule.extensions and not waits)


def _can_share_identity(visit: Visit, ticket: Ticket) -> bool:
    return visit.desk is not None and ticket.grants.filter(part="identity", key=visit.desk.key).exists()


DEEDS = (
    Deed(name="triage", run=_whole(acts.triage), form=forms.TrackForm),
    Deed(
        name="accept",
        run=_bare(acts.accept),
        hint="受理以后，举报人马上看到，办理期限从今天起算。",
        applies=lambda _, ticket: bool(ticket.track),
    ),
    Deed(name="refuse", run=_refuse, form=forms.RefuseForm),
    Deed(name="take", run=_bare(acts.take), hint="接收以后按新收到的件办。"),
    Deed(name="give_back", run=_worded(acts.give_back), form=forms.TextForm),
    Deed(name="assign", run=_whole(acts.assign), form=forms.OfficerForm),
    Deed(name="start", run=_bare(acts.start)),
    Deed(name="note", run=_worded(acts.note), form=forms.NoteForm),
    Deed(name="ask", run=_worded(acts.ask), form=forms.AskForm),
    Deed(
        name="conclude",
        run=_conclude,
        form=forms.ConcludeForm,
        hint="交另一个人复核以后才公布。可以先看公布的样子。",
    ),
    Deed(
        name="publish",
        run=_bare(publishing.publish),
        hint="公布以后不能改。请先看清下面“公布的样子”。",
    ),
    Deed(name="send_back", run=_worded(acts.send_back), form=forms.TextForm),
    Deed(name="seal_result", run=_worded(acts.seal_result), form=forms.ToReporterForm),
    Deed(
        name="settle_funds",
        run=_whole(acts.settle_funds),
        form=forms.FundsForm,
        applies=lambda _, ticket: ticket.funds == "due",
    ),
    Deed(
        name="write_off", run=_bare(acts.write_off), hint="结果告知了、公布了、钱退了、没有异议，才能销号。"
    ),
    Deed(
        name="answer_objection",
        run=_worded(acts.answer_objection),
        form=forms.ToReporterForm,
        applies=lambda _, ticket: ticket.has_objection,
    ),
    Deed(name="reopen", run=_worded(acts.reopen), form=forms.ToReporterForm),
    Deed(name="resume", run=_bare(acts.resume)),
    Deed(name="grant_extension", run=_decide(grant=True), applies=_is_asked),
    Deed(name="deny_extension", run=_decide(grant=False), applies=_is_asked),
    Deed(name="reassign", run=_whole(acts.assign), form=forms.OfficerForm),
    Deed(name="invite", verb="grant", run=_whole(acts.invite), form=forms.OfficerForm),
    Deed(
        name="share_identity",
        verb="grant",
        word="让人看姓名电话",
        run=_share_identity,
        form=forms.ShareIdentityForm,
        applies=_can_share_identity,
    ),
    Deed(name="ask_extension", run=_whole(acts.ask_extension), form=forms.ExtensionForm, applies=_can_ask),
    Deed(name="suspend", run=_whole(acts.suspend), form=forms.SuspendForm),
    Deed(name="merge", run=_merge, form=forms.MergeForm),
    Deed(name="transfer", run=_whole(acts.transfer), form=forms.TransferForm),
)
BY_NAME = {deed.name: deed for deed in DEEDS}
# What moves a ticket on, before what can be done at any time.
FIRST = (
    *("triage", "accept", "refuse", "take", "give_back", "assign", "start", "conclude", "publish"),
    *("send_back", "settle_funds", "write_off", "answer_objection", "resume"),
    *("grant_extension", "deny_extension", "note", "ask"),
)


def offered(visit: Visit, ticket: Ticket) -> list[Deed]:
    """Return what this officer can do with a ticket now, the next step first."""
    verbs = {one.verb for one in possible(ticket.state)}
    roles = roles_at(ticket, by=visit.user, today=visit.today)
    return [
        deed
        for deed in DEEDS
        if deed.transition in verbs
        and allows(BY_VERB[deed.transition], ticket, by=visit.user, roles=roles)
        and deed.applies(visit, ticket)
    ]
