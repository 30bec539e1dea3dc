"""Letters of an office: what they usually say, filled in from the ticket; an officer edits the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from complaints.models import Ticket
from portal.pages.words import full_day

_BLANK = "____年__月__日"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One kind of letter; `{…}` are filled from the ticket."""

    code: str
    title: str
    body: str


_END = "\n\n{office}\n{today}\n"
_HEAD = "{title}\n\n编号：{number}\n\n"
LETTERS = (
    Letter(
        code="accept",
        title="受理告知书",
        body=_HEAD
        + "您好：\n　　您{received}反映的事项，我们已于{accepted}受理，类别是“{track}”，"
        + "应在{due}以前办完这一步。\n　　您可以凭查询码查看进展、补充材料。"
        + _END,
    ),
    Letter(
        code="refuse",
        title="不予受理告知书",
        body=_HEAD
        + "您好：\n　　您{received}反映的事项，我们看过以后决定不予受理。原因是：{refusal}。\n"
        + "　　具体情况：____\n　　您可以向____反映；不同意这个决定的，可以在 30 天内凭查询码提出异议。"
        + _END,
    ),
    Letter(
        code="result",
        title="结果告知书",
        body=_HEAD
        + "您好：\n　　您{received}反映的事项，已于{concluded}查完。结论是：{outcome}。\n"
        + "　　处理情况：____\n　　不同意这个结果的，可以在 30 天内凭查询码提出异议。谢谢您的监督。"
        + _END,
    ),
    Letter(
        code="extend",
        title="延期告知书",
        body=_HEAD
        + "您好：\n　　您{received}反映的事项，因为____，经批准延长办理时间，"
        + "新的到期日是{due}。\n　　您可以凭查询码查看进展。"
        + _END,
    ),
    Letter(
        code="transfer",
        title="移送函",
        body=_HEAD
        + "____：\n　　我们{received}收到的一件反映，按管理权限应由你单位办理，现移送你单位。"
        + "请在 3 个工作日内答复是否接收；内容经加密系统移交，不另附纸质材料。\n　　移送理由：____"
        + _END,
    ),
)
BY_CODE = {letter.code: letter for letter in LETTERS}


def filled(letter: Letter, ticket: Ticket, *, today: date) -> str:
    """Return a letter's text with number, dates, office and conclusion of a ticket."""
    return letter.body.format(
        title=letter.title,
        number=ticket.number,
        office=ticket.office,
        received=_day(ticket.received_on),
        accepted=_day(ticket.accepted_on),
        concluded=_day(ticket.concluded_on),
        due=_day(ticket.due_on),
        today=_day(today),
        track=ticket.get_track_display() or "____",
        outcome=ticket.get_outcome_display() or "____",
        refusal=ticket.get_refusal_display() or "____",
    )


def _day(day: date | None) -> str:
    return full_day(day) if day else _BLANK
