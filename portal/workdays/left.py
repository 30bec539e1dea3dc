"""How much time a deadline leaves, as a state and in words (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

# Amber from this many days before the deadline on (design: 3 days).
SOON = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class Left:
    """A chip's state (bad, warn or none) and its word."""

    state: str
    word: str

    @property
    def tone(self) -> str:
        """The class of a table's row: late, soon or nothing."""
        return {"bad": "late", "warn": "soon"}.get(self.state, "")


def left(due_on: date, today: date) -> Left:
    """Return how a deadline stands on a day; the deadline itself is still in time."""
    days = (due_on - today).days
    if days < 0:
        return Left(state="bad", word=f"过了 {-days} 天")
    state = "warn" if due_on <= today + SOON else "none"
    return Left(state=state, word=f"还有 {days} 天" if days else "今天到期")
