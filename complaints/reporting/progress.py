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
    State.MERGED: ("info", "和别的事一起办"),
    State.WRITTEN_OFF: ("ok", "办完了"),
}
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
    "merge": "和别的事并在一起办",
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
# Between an office and one reporter; not another's to know.
_BETWEEN = frozenset({"receive", "ask", "supplement", "object", "answer_objection", "rate"})
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


def standing(ticket: Ticket, *, today: date, is_own: bool = True) -> Standing:
    """Return where a ticket stands; of the one a report was merged into, no word of its reporter."""
    state, say = _SAY[State(ticket.state)]
    if ticket.has_objection and is_own:
        state, say = "now", "异议收到了，等答复"
    return Standing(state=state, say=say, line=_line(ticket, today), how=clocks.explain(ticket))


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


def happened(ticket: Ticket, *, is_own: bool = True) -> list[Happened]:
    """Return what happened, oldest first, and what is still to come; officers' own steps are left out.

    Of another one, which a report was merged into, what its reporter did and was asked is left out too.
    """
    hidden = frozenset() if is_own else _BETWEEN
    events = list(ticket.events.select_related("office__body").order_by("seq"))
    offices = _offices(events)
    found = [
        Happened(
            state="warn" if event.verb in _TROUBLED else "ok",
            title=_HAPPENED[event.verb],
            on=event.on,
            line=_detail(event, offices),
        )
        for event in events
        if event.verb in _HAPPENED.keys() - hidden
    ]
    state = State(ticket.state)
    return found + [
        Happened(state="none", title=title, on=None) for title, before in _AHEAD if state in before
    ]


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
