"""Gather what the holder of a 查询码 sees: where it stands, what was said, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
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
    own, shown = holder.ticket, holder.shown
    events = progress.events_of(own)
    others = {event.entry for event in progress.of_others(events, own)}
    pieces = [piece for piece in following.read(holder) if piece.id not in others]
    count, last = following.readers(holder)
    is_merged = own.state == State.MERGED
    merged_on = max((event.on for event in events if event.verb == "merge"), default=own.received_on)
    is_objecting = following.is_objecting(own, shown)
    return {
        "ticket": own,
        "office": shown.office,
        "standing": progress.standing_together(shown, is_objecting=is_objecting)
        if is_merged
        else progress.standing(shown, today=today, is_objecting=is_objecting),
        "is_merged": is_merged,
        "steps": _together(progress.happened(own, events), shown, merged_on)
        if is_merged
        else progress.happened(own, events),
        "said": _said([piece for piece in pieces if piece.kind in _SPOKEN]),
        "question": _open_question(pieces) if following.is_open(shown) else "",
        "row": _row(pieces),
        "results": following.results(holder),
        # One from before the merging would tell that somebody had reported before.
        "public": list(shown.results.filter(published_on__gte=merged_on).order_by("-round"))
        if is_merged
        else [],
        "readers": count,
        "counted": proof_of(own),
        "read_on": last,
        "may_object": shown.state in _states("object")
        and not is_objecting
        and following.may_object(shown, today),
        "may_rate": own.state in _states("rate") and own.told_on is not None,
        "object_until": shown.told_on + timedelta(days=OBJECTION_DAYS) if shown.told_on else None,
        "stars": range(1, 6),
    }


def _together(steps: list[progress.Happened], lead: Ticket, merged_on: date) -> list[progress.Happened]:
    """Return a merged report's own steps, among them the results of the one it is worked on with."""
    after = progress.happened_together(lead, since=merged_on)
    dated = [one for one in (*steps, *after) if one.on]
    return sorted(dated, key=lambda one: one.on or merged_on) + [one for one in after if not one.on]


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
