"""What officers do to a ticket: each act is one transaction, words sealed under the ticket's own key.

Every function takes the unlocked desk first. Reasons and notes are pieces; events hold closed values only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.db import transaction

from complaints.errors import ConditionError, WallError
from complaints.models import (
    Entry,
    Extension,
    Funds,
    Grant,
    Office,
    OfficerKey,
    Outcome,
    Part,
    Pause,
    Refusal,
    Ticket,
)
from complaints.sealing import boxes, officers, opening, pieces, wall
from complaints.sealing.opening import Content, Desk
from complaints.sealing.pieces import grant_place
from complaints.states import BY_VERB, State
from complaints.tickets import publicwords
from complaints.tickets.moving import Step, check, locked, move
from portal.people.models import User

P = ParamSpec("P")
# A suspension is looked at again at least twice a year.
LONGEST_PAUSE = timedelta(days=180)
Act = Callable[Concatenate[Desk, Ticket, P], Ticket]


def act(function: Act[P]) -> Callable[Concatenate[Desk, UUID, P], Ticket]:
    """Lock the ticket for the whole act, and ask the wall about whoever acts."""

    @wraps(function)
    def acting(desk: Desk, ticket_id: UUID, /, *args: P.args, **kwargs: P.kwargs) -> Ticket:
        now: Any = kwargs["now"]  # every act has it
        try:
            with transaction.atomic():
                ticket = locked(ticket_id)
                opening.keep_clear(desk, ticket, now=now)
                return function(desk, ticket, *args, **kwargs)
        except WallError:
            # What the wall refused is part of the trace, although the act itself never happened.
            refused = Ticket.objects.get(pk=ticket_id)
            why = f"refused-{_named(kwargs.get('to'))}"
            opening.record(refused, part="wall", by=desk.user, why=why, now=now)
            # Outside what was rolled back: marks the grant where it is the actor who is shut out.
            opening.keep_clear(desk, refused, now=now)
            raise

    return acting


def _named(to: object) -> str:
    """Return whom something was for, as a closed value."""
    return f"office-{to.pk}" if isinstance(to, Office) else str(getattr(to, "pk", ""))


def _say(
    desk: Desk, ticket: Ticket, kind: str, now: datetime, *, told: dict[str, Any], shown: bool = True
) -> Entry:
    """Seal an officer's words under the ticket's key."""
    step = Step(verb="note", by=desk.user, now=now)
    key = opening.key_to(desk, ticket)
    return pieces.put(ticket, key, kind=kind, told=told, on=step.today, by=desk.user, is_for_reporter=shown)


@act
def triage(desk: Desk, ticket: Ticket, *, track: str, now: datetime) -> Ticket:
    """Choose the track, which chooses the clock."""
    return move(ticket, Step(verb="triage", by=desk.user, now=now, detail={"track": track}), track=track)


@act
def accept(desk: Desk, ticket: Ticket, *, now: datetime) -> Ticket:
    """Accept a report; its track must be chosen."""
    if not ticket.track:
        raise ConditionError("请先定类别，再受理。")
    step = Step(verb="accept", by=desk.user, now=now)
    return move(ticket, step, accepted_on=step.today)


@act
def refuse(desk: Desk, ticket: Ticket, *, reason: Refusal, text: str, now: datetime) -> Ticket:
    """Do not accept a report; the reporter reads the reason, and what else is said, at once."""
    entry = _say(desk, ticket, "reason", now, told={"text": text, "refusal": reason})
    step = Step(verb="refuse", by=desk.user, now=now, detail={"reason": reason}, entry=entry.pk)
    return move(ticket, step, refusal=reason, told_on=step.today)


@act
def assign(desk: Desk, ticket: Ticket, *, to: User, now: datetime) -> Ticket:
    """Give a ticket to an officer, who gets its key where the wall allows it."""
    verb = "assign" if ticket.state == State.ACCEPTED else "reassign"
    if ticket.events.filter(round__lt=ticket.round, verb__in=["conclude", "refuse"], by=to).exists():
        raise ConditionError("重新办理要换一个人，不能再分给以前作结论或不受理的人。")
    grant_to(desk, ticket, to=to, now=now)
    step = Step(verb=verb, by=desk.user, now=now, detail={"to": to.pk})
    return move(ticket, step, officer=to)


@act
def invite(desk: Desk, ticket: Ticket, *, to: User, now: datetime) -> Ticket:
    """Let another officer read a ticket."""
    grant_to(desk, ticket, to=to, now=now)
    return move(ticket, Step(verb="grant", by=desk.user, now=now, detail={"to": to.pk}))


@act
def share_identity(desk: Desk, ticket: Ticket, *, to: User, reason: str, now: datetime) -> Ticket:
    """Let an officer who reads the content read name and telephone too, for a reason."""
    entry = _say(desk, ticket, "reason", now, told={"text": reason}, shown=False)
    grant_to(desk, ticket, to=to, now=now, part=Part.IDENTITY)
    detail = {"to": to.pk, "part": Part.IDENTITY.value}
    return move(ticket, Step(verb="grant", by=desk.user, now=now, detail=detail, entry=entry.pk))


def grant_to(desk: Desk, ticket: Ticket, *, to: User, now: datetime, part: Part = Part.CONTENT) -> None:
    """Seal a ticket's key to one more officer.

    Raises:
        WallError: the wall of interests forbids it, or the officer has no listed key.
    """
    step = Step(verb="grant", by=desk.user, now=now)
    content = opening.peek(desk, ticket)
    key = allowed_key(to, content, today=step.today)
    opening.record(ticket, part="grant", by=desk.user, why=f"to-{to.pk}", now=now)
    seal_to(ticket, part, key, opening.key_to(desk, ticket, part), by=desk.user, today=step.today)
    opening.unblock(ticket, key)


def allowed_key(to: User, content: Content, *, today: date) -> OfficerKey:
    """Return the listed key of whom the wall lets read a content; raise WallError."""
    if why := wall.refusal(to, content.concern, today=today):
        raise WallError(why)
    key = officers.key_of(to.pk, today=today)
    if key is None:
        raise WallError(f"{to}还没有签进名单的密钥，看不了密封的内容。")
    return key


def seal_to(ticket: Ticket, part: Part, key: OfficerKey, secret: bytes, *, by: User, today: date) -> None:
    """Seal one of a ticket's keys to an officer who has none of it yet."""
    box = boxes.seal_key(secret, bytes(key.public), grant_place(ticket, part))
    Grant.objects.get_or_create(
        ticket=ticket,
        part=part,
        key=key,
        defaults={"holder": "officer", "box": box, "by": by, "on": today},
    )


@act
def start(desk: Desk, ticket: Ticket, *, now: datetime) -> Ticket:
    """Begin the verification."""
    return move(ticket, Step(verb="start", by=desk.user, now=now))


@act
def note(
    desk: Desk, ticket: Ticket, *, text: str, now: datetime, kind: str = "note", title: str = ""
) -> Ticket:
    """Keep a note or a letter that only officers read."""
    told = {"text": text, "title": title} if title else {"text": text}
    entry = _say(desk, ticket, kind, now, told=told, shown=False)
    return move(ticket, Step(verb="note", by=desk.user, now=now, entry=entry.pk))


@act
def ask(desk: Desk, ticket: Ticket, *, text: str, now: datetime) -> Ticket:
    """Ask the reporter, who reads it with the 查询码."""
    entry = _say(desk, ticket, "question", now, told={"text": text})
    return move(ticket, Step(verb="ask", by=desk.user, now=now, entry=entry.pk))


@act
def suspend(desk: Desk, ticket: Ticket, *, text: str, until: date, now: datetime) -> Ticket:
    """Stop the clock for a reason, until a day."""
    step = Step(verb="suspend", by=desk.user, now=now)
    check(ticket, BY_VERB["suspend"], by=desk.user, today=step.today)  # before the pause: pressed twice
    if not step.today < until <= step.today + LONGEST_PAUSE:
        raise ConditionError(
            f"恢复的日子要在今天以后，最多 {LONGEST_PAUSE.days} 天；到时还要停的，再办一次。"
        )
    entry = _say(desk, ticket, "reason", now, told={"text": text})
    Pause.objects.create(ticket=ticket, start_on=step.today, until_on=until)
    step = Step(verb="suspend", by=desk.user, now=now, entry=entry.pk, detail={"until": until.isoformat()})
    return move(ticket, step, suspended_from=ticket.state)


@act
def resume(desk: Desk, ticket: Ticket, *, now: datetime) -> Ticket:
    """Let the clock run again; the suspended days do not count."""
    step = Step(verb="resume", by=desk.user, now=now, target=State(ticket.suspended_from or ticket.state))
    Pause.objects.filter(ticket=ticket, end_on__isnull=True).update(end_on=step.today)
    return move(ticket, step, suspended_from="")


@act
def ask_extension(desk: Desk, ticket: Ticket, *, days: int, text: str, now: datetime) -> Ticket:
    """Ask the chief for more time, within what the track's rule allows."""
    rule = ticket.rule
    granted = ticket.extensions.filter(round=ticket.round, step=ticket.step, is_granted=True).count()
    if rule is None or not rule.extensions or granted >= rule.extensions:
        raise ConditionError("按规定，这一步不能再延长。")
    if not 1 <= days <= rule.extension_days:
        raise ConditionError(f"每次最多延长 {rule.extension_days} 日。")
    if ticket.extensions.filter(decided_at__isnull=True).exists():
        raise ConditionError("已经有一个延期申请在等批。")
    entry = _say(desk, ticket, "reason", now, told={"text": text}, shown=False)
    Extension.objects.create(
        ticket=ticket, round=ticket.round, step=ticket.step, days=days, asked_by=desk.user, asked_at=now
    )
    return move(
        ticket, Step(verb="ask_extension", by=desk.user, now=now, detail={"days": days}, entry=entry.pk)
    )


@act
def decide_extension(desk: Desk, ticket: Ticket, *, grant: bool, now: datetime) -> Ticket:
    """Grant or deny more time; never by whom asked for it."""
    asked = ticket.extensions.select_for_update().filter(decided_at__isnull=True).first()
    if asked is None:
        raise ConditionError("没有在等批的延期申请。")
    if asked.asked_by_id == desk.user.pk:
        raise ConditionError("自己申请的延期，要另一个人批。")
    asked.decided_by, asked.decided_at, asked.is_granted = desk.user, now, grant
    asked.save(update_fields=["decided_by", "decided_at", "is_granted"])
    verb = "grant_extension" if grant else "deny_extension"
    step = Step(verb=verb, by=desk.user, now=now, detail={"days": asked.days})
    if not grant or asked.step != ticket.step:
        return move(ticket, step)
    return move(ticket, step, extended_days=ticket.extended_days + asked.days)


@act
def transfer(desk: Desk, ticket: Ticket, *, to: Office, text: str, now: datetime) -> Ticket:
    """Hand a ticket to another office: its officers get the key where the wall allows it."""
    step = Step(verb="transfer", by=desk.user, now=now)
    if to.pk == ticket.office_id:
        raise ConditionError("已经在这个机关。")
    content = opening.peek(desk, ticket)
    found = [
        key
        for key in officers.keys_of(to.body.code, today=step.today)
        if not wall.refusal(key.user, content.concern, today=step.today)
    ]
    if not found:
        raise WallError(f"{to}没有能看这件的人，移送不了。")
    entry = _say(desk, ticket, "reason", now, told={"text": text}, shown=False)
    opening.record(ticket, part="grant", by=desk.user, why=f"office-{to.pk}", now=now)
    for part in Part:
        secret = content.key if part == Part.CONTENT else _identity(desk, ticket)
        for key in found if secret else ():
            seal_to(ticket, part, key, secret, by=desk.user, today=step.today)
    step = Step(
        verb="transfer", by=desk.user, now=now, entry=entry.pk, detail={"from": ticket.office_id, "to": to.pk}
    )
    return move(ticket, step, former_office=ticket.office, office=to)


def _identity(desk: Desk, ticket: Ticket) -> bytes:
    if not ticket.grants.filter(part=Part.IDENTITY, key=desk.key).exists():
        return b""
    return opening.key_to(desk, ticket, Part.IDENTITY)


@act
def take(desk: Desk, ticket: Ticket, *, now: datetime) -> Ticket:
    """Take over what another office handed here."""
    return move(ticket, Step(verb="take", by=desk.user, now=now), former_office=None)


@act
def give_back(desk: Desk, ticket: Ticket, *, text: str, now: datetime) -> Ticket:
    """Return what another office handed here."""
    entry = _say(desk, ticket, "reason", now, told={"text": text}, shown=False)
    step = Step(verb="give_back", by=desk.user, now=now, entry=entry.pk)
    return move(ticket, step, office=ticket.former_office, former_office=None)


@act
def merge(desk: Desk, ticket: Ticket, *, into: Ticket, now: datetime) -> Ticket:
    """Work on a ticket together with an earlier one about the same matter.

    Its evidence, code and answers stay its own; the officers of the other one get its key.
    """
    lead = locked(into.pk)
    step = Step(verb="merge", by=desk.user, now=now, detail={"into": lead.number})
    # Accepted: it cannot be refused with the other one inside. Not younger: it was not made for this.
    is_open = lead.state in {State.ACCEPTED, State.ASSIGNED, State.VERIFYING}
    if lead.pk == ticket.pk or lead.office_id != ticket.office_id or not is_open:
        raise ConditionError("只能并入本机关另一件已受理、还在办的工单。")
    if lead.received_on > ticket.received_on:
        raise ConditionError("只能并入先收到的那一件。")
    opening.key_to(desk, lead)  # Who cannot read the other one must not learn of it here.
    content = opening.peek(desk, ticket)
    readers = User.objects.filter(
        officer_keys__grants__ticket=lead,
        officer_keys__grants__part=Part.CONTENT,
        officer_keys__grants__blocked_on__isnull=True,
        officer_keys__retired_at__isnull=True,
    )
    for reader in readers.distinct():
        # A row of the database makes nobody a reader: their key must be on the list.
        key = officers.key_of(reader.pk, today=step.today)
        if key and not wall.refusal(reader, content.concern, today=step.today):
            seal_to(ticket, Part.CONTENT, key, content.key, by=desk.user, today=step.today)
    return move(ticket, step, merged_into=lead)


@act
def conclude(
    desk: Desk, ticket: Ticket, *, outcome: Outcome, funds: str, told: dict[str, Any], now: datetime
) -> Ticket:
    """Say what was found; `told` is the sealed draft of what the reporter and the public will read.

    Raises:
        ConditionError: the public words tell who reported, or the sums do not agree.
    """
    _check_sums(funds, Decimal(str(told["recovered"])), Decimal(str(told["returned"])))
    check_public(desk, ticket, [told["title"], told["measures"]])
    entry = _say(desk, ticket, "outcome", now, told=told, shown=False)
    step = Step(verb="conclude", by=desk.user, now=now, entry=entry.pk, detail={"outcome": outcome})
    return move(ticket, step, outcome=outcome, funds=funds, concluded_on=step.today, concluded_by=desk.user)


def check_public(desk: Desk, ticket: Ticket, words: list[str]) -> None:
    """Raise ConditionError where words about to be public tell who reported."""
    identity = opening.identity_words(desk, ticket)
    if why := publicwords.refusal(words, identity=identity):
        raise ConditionError(why)


def _check_sums(funds: str, recovered: Decimal, returned: Decimal) -> None:
    if returned > recovered:
        raise ConditionError("退还的比追回的多，请核对。")
    if funds == Funds.NONE and returned < recovered:
        raise ConditionError("追回的钱没有全退：退款请选“要退，还没退”或“已移交处理”。")


@act
def send_back(desk: Desk, ticket: Ticket, *, text: str, now: datetime) -> Ticket:
    """Return a conclusion to the officer who wrote it, with the reason."""
    entry = _say(desk, ticket, "reason", now, told={"text": text}, shown=False)
    step = Step(verb="send_back", by=desk.user, now=now, entry=entry.pk)
    return move(ticket, step, outcome="", concluded_on=None, concluded_by=None)


@act
def settle_funds(desk: Desk, ticket: Ticket, *, funds: str, now: datetime) -> Ticket:
    """Record that the money went back, or was handed over; what was due cannot be declared gone."""
    if funds not in {Funds.RETURNED, Funds.HANDED_OVER}:
        raise ConditionError("请选“已退还”或“已移交处理”。")
    return move(
        ticket, Step(verb="settle_funds", by=desk.user, now=now, detail={"funds": funds}), funds=funds
    )


@act
def seal_result(desk: Desk, ticket: Ticket, *, text: str, now: datetime) -> Ticket:
    """Approve that a result must not be public by law, and write the ticket off; the reporter is told."""
    _settled(ticket)
    entry = _say(desk, ticket, "reason", now, told={"text": text})
    step = Step(verb="seal_result", by=desk.user, now=now, entry=entry.pk)
    return move(ticket, step, sealed_by=desk.user, told_on=step.today, written_off_on=step.today)


@act
def write_off(desk: Desk, ticket: Ticket, *, now: datetime) -> Ticket:
    """Write a ticket off (销号): told, public, money settled, no objection open."""
    _settled(ticket)
    step = Step(verb="write_off", by=desk.user, now=now)
    return move(ticket, step, written_off_on=step.today)


def _settled(ticket: Ticket) -> None:
    if ticket.has_objection:
        raise ConditionError("举报人有异议还没答复，不能销号。")
    if ticket.funds == "due":
        raise ConditionError("要退的钱还没登记退还，不能销号。")


@act
def reopen(desk: Desk, ticket: Ticket, *, text: str, now: datetime) -> Ticket:
    """Begin a new round with new deadlines; the old one stays as it was."""
    entry = _say(desk, ticket, "reply", now, told={"text": text})
    step = Step(verb="reopen", by=desk.user, now=now, entry=entry.pk)
    return move(
        ticket,
        step,
        round=ticket.round + 1,
        accepted_on=step.today,
        officer=None,
        outcome="",
        refusal="",
        concluded_on=None,
        funds="none",
        told_on=None,
        published_on=None,
        sealed_by=None,
        has_objection=False,
        written_off_on=None,
    )


def _merged_objectors(desk: Desk, ticket: Ticket) -> list[Ticket]:
    """Return the reports inside this one whose reporters object: they read the answer by their own codes."""
    objections = ticket.events.filter(verb="object", round=ticket.round)
    numbers = [event.detail["of"] for event in objections if "of" in event.detail]
    return list(Ticket.objects.filter(number__in=numbers).readable_by(desk.user))


@act
def answer_objection(desk: Desk, ticket: Ticket, *, text: str, now: datetime) -> Ticket:
    """Answer an objection without a new round; by somebody who did not conclude."""
    if not ticket.has_objection:
        raise ConditionError("没有等答复的异议。")
    entry = _say(desk, ticket, "reply", now, told={"text": text})
    for other in _merged_objectors(desk, ticket):
        _say(desk, locked(other.pk), "reply", now, told={"text": text})
    step = Step(verb="answer_objection", by=desk.user, now=now, entry=entry.pk)
    return move(ticket, step, has_objection=False)
