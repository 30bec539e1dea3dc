"""What becomes of a report: acts on a ticket, its deadlines, reminders, its end."""

from __future__ import annotations
