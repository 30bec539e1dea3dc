"""Everything of one ticket on one screen, gathered in a bounded number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from complaints.desk import evidence
from complaints.desk.chronicle import chronicle, visits
from complaints.desk.letters import LETTERS
from complaints.desk.queues import due_of
from complaints.desk.views.gate import Visit
from complaints.models import Escalation, Grant, Part, Ticket
from complaints.results.publishing import Draft
from complaints.sealing import pieces
from complaints.sealing.opening import Content
from complaints.sealing.pieces import Piece
from complaints.sealing.wall import ABOUT
from complaints.states import LABELS, State
from complaints.tickets import clocks
from portal.places.models import Region
from portal.workdays.calendar import current

_VISITS = 20
_TALK = {
    "supplement": ("举报人补充", "theirs"),
    "objection": ("举报人的异议", "theirs"),
    "question": ("我们问", "ours"),
    "reply": ("我们答复", "ours"),
}


@dataclass(frozen=True)
class Said:
    """One turn of the dialogue, or a note."""

    title: str
    side: str
    piece: Piece
    files: list[dict[str, str]]


def told(visit: Visit, content: Content) -> dict[str, Any]:
    """Return the context of a ticket's page."""
    ticket, report = content.ticket, content.report
    draft, files = draft_of(content), _files(ticket, report)
    shown = evidence.shown(report.told.get("snapshot"), report.files)
    taken = {one.file for one in shown.documents} if shown else set()
    readings = list(ticket.readings.select_related("ticket", "by", "reviewed_by").order_by("-seq"))
    return {
        "title": f"第 {ticket.number} 号 · {_title(report)}",
        "subtitle": _where(content),
        "ticket": ticket,
        "state": LABELS[State(ticket.state)],
        "due": due_of(ticket, current(), visit.today),
        "explained": clocks.explain(ticket) if ticket.due_on else "",
        "report": report,
        "report_files": [one for one in files if one["name"] not in taken],
        "shown": shown,
        "documents": [
            (one, next(file for file in files if file["name"] == one.file))
            for one in (shown.documents if shown else [])
        ],
        "has_identity": bool(report.told.get("is_named")),
        "may_identity": Grant.objects.filter(
            ticket=ticket, part=Part.IDENTITY, key=visit.unlocked.key
        ).exists(),
        "talk": [_said(ticket, piece, *_TALK[piece.kind]) for piece in content.pieces if piece.kind in _TALK],
        "notes": [
            _said(ticket, piece, "核查记录", "ours") for piece in content.pieces if piece.kind == "note"
        ],
        "letters": [piece for piece in content.pieces if piece.kind == "letter"],
        "templates": LETTERS,
        "draft": draft,
        "draft_region": Region.objects.with_ancestors().filter(code=draft.region).first() if draft else None,
        "events": list(reversed(chronicle(ticket, content.pieces))),
        "extensions": ticket.extensions.select_related("asked_by", "decided_by").order_by("asked_at"),
        "pauses": ticket.pauses.order_by("start_on"),
        "escalations": Escalation.objects.filter(ticket=ticket).order_by("at"),
        "visits": visits(readings)[:_VISITS],
        "most_visits": _VISITS,
        "readers": len({one.by_id for one in readings}),
        "merged": _merged(visit, ticket),
        "results": ticket.results.select_related("region"),
    }


def draft_of(content: Content) -> Draft | None:
    """Return the newest draft of a result, while there is one."""
    if not content.ticket.outcome:
        return None
    return Draft.newest(content.pieces)


def place_of(content: Content) -> Region | None:
    """Return the place a report concerns, where it says one."""
    code = content.concern.region
    return Region.objects.with_ancestors().filter(code=code).first() if code else None


def _title(report: Piece) -> str:
    words = " ".join(report.text.split())
    return words if len(words) <= 24 else f"{words[:24]}…"


def _where(content: Content) -> str:
    region = place_of(content)
    about = dict(ABOUT).get(content.concern.about, "")
    named = "留了姓名" if content.report.told.get("is_named") else "没有留姓名"
    return " · ".join(
        part
        for part in (
            region.full_name if region else "没有说哪里",
            f"反映{about}" if content.concern.about else "",
            content.report.topic,
            content.report.told.get("whom", ""),
            named,
        )
        if part
    )


def _said(ticket: Ticket, piece: Piece, title: str, side: str) -> Said:
    return Said(title, side, piece, _files(ticket, piece))


def _files(ticket: Ticket, piece: Piece) -> list[dict[str, str]]:
    return [
        {
            "name": str(one["name"]),
            "url": reverse("desk:file", args=[ticket.pk, one["id"]]),
            "is_picture": "1" if str(one["type"]).startswith("image/") else "",
            "size": f"{int(one['size']) / 1024:,.0f} KB",
        }
        for one in piece.files
    ]


def _merged(visit: Visit, ticket: Ticket) -> list[Ticket]:
    """Return the tickets worked on together with this one, those this officer can read."""
    found = Ticket.objects.readable_by(visit.user)
    if ticket.merged_into_id:
        return list(found.filter(pk=ticket.merged_into_id))
    return list(found.filter(merged_into=ticket))


def opened_entry(content: Content, entry_id: object) -> pieces.Piece | None:
    """Return one opened piece by its id."""
    return next((piece for piece in content.pieces if piece.id == entry_id), None)
