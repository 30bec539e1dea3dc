"""Where a report stands, in words for its reporter: by office, never by an officer's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from complaints.models import Event, Office, Refusal, Ticket
from complaints.states import State
from complaints.tickets import clocks

_SAY = {
    State.RECEIVED: ("none", "收到了，还没定"),
    State.TRANSFERRED: ("none", "转给别的机关了"),
    State.ACCEPTED: ("ok", "受理了"),
    State.ASSIGNED: ("ok", "受理了，有人办了"),
    State.VERIFYING: ("now", "正在核查"),
    State.SUSPENDED: ("warn", "先停一停"),
    State.CONCLUDED: ("now", "查完了，正在复核"),
    State.PUBLISHED: ("ok", "有结果了"),
    State.NOT_ACCEPTED: ("warn", "没有受理"),
    State.MERGED: ("info", "和有关的事一起办"),
    State.WRITTEN_OFF: ("ok", "办完了"),
}
_OBJECTING = "异议收到了，等答复"
_DUE = {
    "decide": "告诉您受理不受理",
    "return": "定下由谁来办",
    "assign": "安排人来办",
    "finish": "查出结果",
    "publish": "把结果告诉您",
}
_HAPPENED = {
    "receive": "收到",
    "accept": "受理",
    "refuse": "不受理",
    "assign": "安排了人办",
    "reassign": "换了人办",
    "start": "开始核查",
    "conclude": "查完了，另一个人在复核",
    "send_back": "复核后再查",
    "publish": "给出结果",
    "seal_result": "给出结果",
    "settle_funds": "登记了退钱的事",
    "write_off": "销号",
    "suspend": "先停一停",
    "resume": "接着办",
    "merge": "和有关的事一起办",
    "transfer": "转给别的机关",
    "take": "新的机关接手",
    "give_back": "退回原来的机关",
    "return_late": "退回原来的机关",
    "reopen": "重新办理",
    "ask": "纪委问您一句",
    "supplement": "您补充了",
    "object": "您提了异议",
    "answer_objection": "答复了异议",
    "rate": "您评了",
    "new_calendar": "放假安排变了，日子重算",
    "grant_extension": "批准延长",
}
_TROUBLED = frozenset({"refuse", "suspend", "send_back", "return_late", "grant_extension", "object"})
_RESULTS = frozenset({"refuse", "publish", "seal_result"})
_FINISHED = frozenset({State.NOT_ACCEPTED, State.PUBLISHED, State.WRITTEN_OFF})
REFUSALS = {
    Refusal.NOT_OURS: "这件事不归我们管。归谁管，看下面的说明。",
    Refusal.IN_COURT: "这件事已经在法院或行政复议机关办，要等那边的结果。",
    Refusal.NOTHING_TO_CHECK: "写的里面没有能去查的事。写清楚谁、哪天、多少钱，可以再交一次。",
    Refusal.REPEATED: "同一件事已经有结果了，没有新的情况。",
    Refusal.WITHDRAWN: "您说过不再反映了。",
}
# What is still to come, by the states that have not reached it.
_AHEAD = (
    ("受理不受理", {State.RECEIVED, State.TRANSFERRED}),
    ("核查", {State.RECEIVED, State.TRANSFERRED, State.ACCEPTED, State.ASSIGNED}),
    (
        "给结果",
        {
            *(State.RECEIVED, State.TRANSFERRED, State.ACCEPTED, State.ASSIGNED),
            *(State.VERIFYING, State.SUSPENDED, State.CONCLUDED),
        },
    ),
    (
        "销号",
        {
            *(State.RECEIVED, State.TRANSFERRED, State.ACCEPTED, State.ASSIGNED),
            *(State.VERIFYING, State.SUSPENDED, State.CONCLUDED, State.PUBLISHED),
        },
    ),
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The sentence a follow-up page opens with, the day it names, and how that day was found."""

    state: str
    say: str
    line: str
    how: str


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One step of the time line, as `components/steps.html` takes it."""

    state: str
    title: str
    on: date | None
    line: str = ""


def standing(ticket: Ticket, *, today: date, is_objecting: bool = False) -> Standing:
    """Return where a ticket stands; `is_objecting`: its own reporter's objection waits for an answer."""
    state, say = ("now", _OBJECTING) if is_objecting else _SAY[State(ticket.state)]
    return Standing(state=state, say=say, line=_line(ticket, today), how=clocks.explain(ticket))


def standing_together(lead: Ticket, *, is_objecting: bool = False) -> Standing:
    """Return where the ticket stands that a report was merged into: in hand, or with a result.

    No day, no state and no word of its own: each would tell that somebody else reported, and when.
    """
    if is_objecting:
        return Standing(state="now", say=_OBJECTING, line="", how="")
    if State(lead.state) not in _FINISHED:
        return Standing(state="now", say="在办", line="", how="")
    line = "没有受理。" if lead.refusal else "按法律规定，结果不对外公开。" if lead.sealed_by_id else ""
    return Standing(state="ok", say="有结果了", line=line, how="")


def _line(ticket: Ticket, today: date) -> str:
    if ticket.state == State.NOT_ACCEPTED or (ticket.state == State.WRITTEN_OFF and ticket.refusal):
        return REFUSALS.get(Refusal(ticket.refusal), "") if ticket.refusal else ""
    if ticket.state == State.SUSPENDED:
        return "为什么停，看下面的说明。停的日子不算。"
    if ticket.due_on is None:
        return ""
    return f"{_day(ticket.due_on, today)}前{_DUE.get(ticket.step, '有回音')}，{_left(ticket.due_on, today)}。"


def _day(on: date, today: date) -> str:
    year = "" if on.year == today.year else f"{on.year}年"
    return f"{year}{on.month}月{on.day}日"


def _left(due_on: date, today: date) -> str:
    days = (due_on - today).days
    if days < 0:
        return f"已经过了 {-days} 天"
    return f"还有 {days} 天" if days else "就是今天"


def events_of(ticket: Ticket) -> list[Event]:
    """Return a ticket's events, oldest first."""
    return list(ticket.events.select_related("office__body").order_by("seq"))


def is_by(event: Event, objector: Ticket, lead: Ticket) -> bool:
    """Return whether an objection came with the code of this ticket; one without a mark is the lead's own."""
    return bool(event.detail.get("of", lead.number) == objector.number)


def of_others(events: list[Event], ticket: Ticket) -> list[Event]:
    """Return the objections that came from reports merged into a ticket, and the answers to them alone."""
    found, is_own_waiting, is_other_waiting = [], False, False
    for event in events:
        if event.verb == "object":
            is_own = is_by(event, ticket, ticket)
            is_own_waiting, is_other_waiting = is_own_waiting or is_own, is_other_waiting or not is_own
            found += [] if is_own else [event]
        elif event.verb in {"answer_objection", "reopen"}:
            if event.verb == "answer_objection" and is_other_waiting and not is_own_waiting:
                found.append(event)
            is_own_waiting = is_other_waiting = False
    return found


def happened(ticket: Ticket, events: list[Event]) -> list[Happened]:
    """Return what happened, oldest first, and what is still to come; officers' own steps are left out."""
    offices, others = _offices(events), {event.pk for event in of_others(events, ticket)}
    found = [
        Happened(
            state="warn" if event.verb in _TROUBLED else "ok",
            title=_title(event),
            on=event.on,
            line=_detail(event, offices),
        )
        for event in events
        if event.verb in _HAPPENED and event.pk not in others
    ]
    state = State(ticket.state)
    return found + [
        Happened(state="none", title=title, on=None) for title, before in _AHEAD if state in before
    ]


def happened_together(lead: Ticket, *, since: date) -> list[Happened]:
    """Return the results of the ticket that a report was merged into, or that one is still to come."""
    told = lead.events.filter(verb__in=_RESULTS, on__gte=since).order_by("seq")
    found = [Happened(state="ok", title="给出结果", on=event.on) for event in told]
    if State(lead.state) not in _FINISHED:
        found.append(Happened(state="none", title="给结果", on=None))
    return found


def _title(event: Event) -> str:
    return _HAPPENED["object" if event.detail.get("is_objection") else event.verb]


def _offices(events: list[Event]) -> dict[int, str]:
    wanted = [event.detail["to"] for event in events if event.verb == "transfer" and "to" in event.detail]
    return {office.pk: str(office) for office in Office.objects.filter(pk__in=wanted).select_related("body")}


def _detail(event: Event, offices: dict[int, str]) -> str:
    match event.verb:
        case "transfer":
            return offices.get(event.detail.get("to", 0), "")
        case "accept" | "refuse" | "publish" | "take":
            return str(event.office or "")
        case "seal_result":
            return "按法律规定不对外公开，只告诉您"
        case "rate":
            return f"{event.detail.get('stars', '')} 分"
        case _:
            return ""
