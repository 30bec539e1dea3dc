"""What happened to a ticket, in plain words: who did what, when, and the words that were sealed with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from complaints.models import Event, Office, Outcome, Part, Reading, Refusal, Ticket
from complaints.models.ticket import TRACKS, Funds
from complaints.sealing.pieces import Piece
from complaints.states import BY_VERB
from portal.people.models import User

Detail = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One line of the chronicle; `at` is missing where the reporter acted: then only the day is known."""

    title: str
    by: str
    on: date
    at: datetime | None
    text: str
    round: int


@dataclass(frozen=True)
class Names:
    """What ids in events stand for."""

    users: Mapping[int, str]
    offices: Mapping[int, str]

    @classmethod
    def of(cls, events: list[Event]) -> Names:
        """Read the names all events need, by at most two queries."""
        users = {one.detail["to"] for one in events if one.verb in {"assign", "reassign", "grant"}}
        places = {one.detail[name] for one in events if one.verb == "transfer" for name in ("from", "to")}
        return cls(
            {user.pk: str(user) for user in User.objects.filter(pk__in=users)} if users else {},
            {office.pk: str(office) for office in Office.objects.filter(pk__in=places).select_related("body")}
            if places
            else {},
        )

    def user(self, pk: Any) -> str:
        """Return a person's name."""
        return self.users.get(pk, "一位同志")

    def office(self, pk: Any) -> str:
        """Return an office's name."""
        return self.offices.get(pk, "另一个机关")


_TRACK = dict(TRACKS)
# What is more than the transition's own word.
_WORDS: dict[str, Callable[[Detail, Names], str]] = {
    "receive": lambda _, __: "收到",
    "triage": lambda told, _: f"类别定为：{_TRACK.get(told.get('track', ''), '')}",
    "refuse": lambda told, _: f"不受理：{Refusal(told['reason']).label}",
    "assign": lambda told, names: f"分派给{names.user(told['to'])}",
    "reassign": lambda told, names: f"改派给{names.user(told['to'])}",
    "grant": lambda told, names: (
        f"让{names.user(told['to'])}看姓名电话"
        if told.get("part") == Part.IDENTITY
        else f"请{names.user(told['to'])}协办"
    ),
    "suspend": lambda told, _: f"中止到 {told['until']}",
    "ask_extension": lambda told, _: f"申请延期 {told['days']} 日",
    "grant_extension": lambda told, _: f"同意延期 {told['days']} 日",
    "deny_extension": lambda told, _: f"不同意延期 {told['days']} 日",
    "transfer": lambda told, names: f"从{names.office(told['from'])}移送{names.office(told['to'])}",
    "merge": lambda told, _: f"并入第 {told['into']} 号",
    "conclude": lambda told, _: f"作出结论：{Outcome(told['outcome']).label}",
    "settle_funds": lambda told, _: f"登记退款：{Funds(told['funds']).label}",
    "object": lambda _, __: "举报人有异议",
    "supplement": lambda _, __: "举报人补充",
    "rate": lambda told, _: f"举报人评了 {told['stars']} 分",
    "ask": lambda _, __: "问举报人",
}
_VISIT = timedelta(minutes=10)
_PARTS = {
    Part.CONTENT: "看了内容",
    Part.IDENTITY: "看了姓名电话",
    "grant": "把钥匙交给别人",
    "wall": "因为回避没让看",
    "export": "导出",
}


def chronicle(ticket: Ticket, pieces: list[Piece]) -> list[Happened]:
    """Return everything that happened, oldest first, by at most three queries."""
    events = list(ticket.events.select_related("by").order_by("seq"))
    names, said = Names.of(events), {piece.id: piece for piece in pieces}
    return [
        Happened(
            title=title_of(event, names),
            by=str(event.by) if event.by else "",
            on=event.on,
            at=event.at,
            text=_text(said.get(event.entry) if event.entry else None),
            round=event.round,
        )
        for event in events
    ]


def title_of(event: Event, names: Names) -> str:
    """Return what happened, in a few words."""
    worded = _WORDS.get(event.verb)
    return worded(event.detail, names) if worded else BY_VERB[event.verb].word


def _text(piece: Piece | None) -> str:
    """Return an officer's reason; what the reporter said, notes and results stand elsewhere on the page."""
    return piece.text if piece is not None and piece.kind in {"reason", "reply"} else ""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """One visit of one person: everything opened within a few minutes, as one line."""

    ticket: Ticket
    by: User
    at: datetime
    word: str
    reviewed_by: User | None
    ids: str


def visits(readings: Iterable[Reading]) -> list[Opened]:
    """Return openings in their order, those of one visit together: a page of pictures is not ten lines."""
    groups: list[list[Reading]] = []
    for one in readings:
        if groups and _is_same_visit(groups[-1][0], one):
            groups[-1].append(one)
        else:
            groups.append([one])
    return [_visit(group) for group in groups]


def _is_same_visit(first: Reading, other: Reading) -> bool:
    return (first.ticket_id, first.by_id, first.reviewed_by_id) == (
        other.ticket_id,
        other.by_id,
        other.reviewed_by_id,
    ) and abs(first.at - other.at) < _VISIT


def _visit(group: list[Reading]) -> Opened:
    words = dict.fromkeys(_reading_word(one) for one in group if one.part != "file")
    files = {one.why for one in group if one.part == "file"}
    first = group[0]
    return Opened(
        ticket=first.ticket,
        by=first.by,
        at=first.at,
        word="、".join([*words, *([f"看了 {len(files)} 个文件"] if files else [])]),
        reviewed_by=first.reviewed_by,
        ids=",".join(str(one.pk) for one in group),
    )


def _reading_word(reading: Reading) -> str:
    """Return what an opening was, and its reason where that is a word for people."""
    word = _PARTS.get(reading.part, reading.part)
    return word if reading.why.isascii() else f"{word}（{reading.why}）"
