"""The models of complaints: offices and keys, tickets, what is sealed, deadlines, results."""

from __future__ import annotations

from complaints.models.deadline import DeadlineRule, Escalation, Extension, Pause, Scan
from complaints.models.envelope import Entry, Grant, Part, Reading, Receipt, SealedFile
from complaints.models.office import Office, OfficerKey, Unlocked
from complaints.models.result import Inbox, InboxLeaf, Result, Topic
from complaints.models.ticket import Event, Funds, Outcome, Refusal, Ticket

__all__ = [
    "DeadlineRule",
    "Entry",
    "Escalation",
    "Event",
    "Extension",
    "Funds",
    "Grant",
    "Inbox",
    "InboxLeaf",
    "Office",
    "OfficerKey",
    "Outcome",
    "Part",
    "Pause",
    "Reading",
    "Receipt",
    "Refusal",
    "Result",
    "Scan",
    "SealedFile",
    "Ticket",
    "Topic",
    "Unlocked",
]
