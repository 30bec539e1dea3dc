"""Verbs of a release, by stage of its life."""

from __future__ import annotations

from portal.releases.actions.correction import start_correction, withdraw
from portal.releases.actions.drafting import discard, note_edit, recount, start_draft
from portal.releases.actions.review import approve, comment, return_to_clerk, submit

__all__ = [
    "approve",
    "comment",
    "discard",
    "note_edit",
    "recount",
    "return_to_clerk",
    "start_correction",
    "start_draft",
    "submit",
    "withdraw",
]
