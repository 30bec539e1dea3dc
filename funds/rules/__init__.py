"""Rules of suspicion over funds; each runs on a draft, a release, or everything published."""

from __future__ import annotations

from funds.rules import disbursements, enterprises, notices, payments, projects, receptions

__all__ = [
    "disbursements",
    "enterprises",
    "notices",
    "payments",
    "projects",
    "receptions",
]
