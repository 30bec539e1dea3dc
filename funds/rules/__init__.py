"""Rules of suspicion over funds; each runs on a draft, a release, or everything published."""

from __future__ import annotations

from funds.rules import disbursements, enterprises, payments, projects, receptions

__all__ = [
    "disbursements",
    "enterprises",
    "payments",
    "projects",
    "receptions",
]
