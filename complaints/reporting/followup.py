"""Gather what the holder of a 查询码 sees: where it stands, what was said, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from complaints.models import Ticket
from complaints.reporting import following, progress
from complaints.reporting.following import OBJECTION_DAYS, Holder
from complaints.reporting.snapshots import PICTURE
from complaints.reporting.uploads import MOST_THUMBS
from complaints.results.inbox import proof_of
from complaints.sealing.pieces import Piece
from complaints.states import BY_VERB, State

_SPOKEN = {
    "report": "您举报的",
    "supplement": "您补充的",
    "objection": "您提的异议",
    "question": "纪委问您",
    "reason": "纪委的说明",
    "reply": "纪委的答复",
}


@dataclass(frozen=True, kw_only=True, repr=False)
class Said:
    """One piece of what was said, by either side; `files` are the reporter's own."""

    who: str
    on: date
    text: str
    is_own: bool
    files: list[dict[str, Any]]


def context_of(holder: Holder, *, today: date) -> dict[str, Any]:
    """Return what the follow-up page tells; the report's own row is told by its title alone."""
    pieces = following.read(holder)
    own, shown = holder.ticket, holder.shown
    count, last = following.readers(holder)
    return {
        "ticket": own,
        "office": shown.office,
        "standing": progress.standing(shown, today=today, is_own=shown.pk == own.pk),
        "is_merged": own.state == State.MERGED,
        "steps": _steps(own, shown),
        "said": _said([piece for piece in pieces if piece.kind in _SPOKEN]),
        "question": _open_question(pieces) if following.is_open(shown) else "",
        "row": _row(pieces),
        "results": following.results(holder),
        "public": list(shown.results.order_by("-round")) if shown.pk != own.pk else [],
        "readers": count,
        "counted": proof_of(own),
        "read_on": last,
        "may_object": own.state in _states("object") and following.may_object(own, today),
        "may_rate": own.state in _states("rate") and own.told_on is not None,
        "objection_days": OBJECTION_DAYS,
        "stars": range(1, 6),
    }


def _steps(own: Ticket, shown: Ticket) -> list[progress.Happened]:
    """Return the own steps; of a merged report those until the merging, then the leading one's of after."""
    if own.pk == shown.pk:
        return progress.happened(own)
    before = [one for one in progress.happened(own) if one.on]
    merged_on = before[-1].on if before else None
    after = progress.happened(shown, is_own=False)
    return before + [one for one in after if one.on is None or merged_on is None or one.on >= merged_on]


def _said(pieces: list[Piece]) -> list[Said]:
    """Return what was said, with the first few small pictures: each is a part of the page's own weight."""
    found, left = [], MOST_THUMBS
    for piece in pieces:
        files = [dict(file) for file in piece.files if not str(file["name"]).startswith(PICTURE)]
        for file in files:
            left -= "thumb" in file
            if left < 0:
                file.pop("thumb", None)
        found.append(
            Said(
                who=_SPOKEN[piece.kind],
                on=piece.on,
                text=piece.text,
                is_own=piece.by is None,
                files=files if piece.by is None else [],
            )
        )
    return found


def _open_question(pieces: list[Piece]) -> str:
    """Return the officer's last question that nothing was answered to; empty where there is none."""
    for piece in reversed(pieces):
        if piece.kind == "supplement":
            return ""
        if piece.kind == "question":
            return piece.text
    return ""


def _row(pieces: list[Piece]) -> str:
    """Return the title of the row the report is about, as far as it could be known in public."""
    report = next((piece for piece in pieces if piece.kind == "report"), None)
    snapshot = (report.told.get("snapshot") if report else None) or {}
    return f"{snapshot['place']} · {snapshot['title']}" if snapshot.get("is_public") else ""


def _states(verb: str) -> tuple[State, ...]:
    return BY_VERB[verb].sources
