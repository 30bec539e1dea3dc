"""Rules of suspicion over funds; each runs on a draft, a release, or everything published."""

from __future__ import annotations

from funds.rules import enterprises, payments, receptions

__all__ = ["enterprises", "payments", "receptions"]
