"""How the outbox is: for monitors, the doctor and whoever looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from portal import metrics

PATIENCE = timedelta(minutes=5)

# Two small indexes answer it, however much was done in years.
_LOOK = """
SELECT count(*),
    (SELECT count(*) FROM outbox_effect WHERE dead_at IS NOT NULL),
    coalesce(extract(epoch FROM coalesce(%(now)s, now()) - min(coalesce(not_before, created_at))
        FILTER (WHERE lease_until IS NULL OR lease_until <= coalesce(%(now)s, now()))), 0)
FROM outbox_effect WHERE done_at IS NULL AND dead_at IS NULL
"""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """How many effects wait and are dead, and since when the oldest could have been done, in seconds."""

    waiting: int
    dead: int
    oldest_seconds: float

    @property
    def is_late(self) -> bool:
        """Say whether something has waited for longer than any poll explains."""
        return self.oldest_seconds > PATIENCE.total_seconds()

    def __str__(self) -> str:
        words = (["waiting"] if self.is_late else []) + ([f"dead {self.dead}"] if self.dead else [])
        return ", ".join(words) or "ok"


def look(now: datetime | None = None) -> Condition:
    """Return how the outbox is; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, {"now": now})
        waiting, dead, oldest = cursor.fetchone()
    return Condition(waiting=waiting, dead=dead, oldest_seconds=max(0.0, float(oldest)))


def register_gauges() -> None:
    """Let monitors read it."""
    metrics.gauge("outbox_waiting", "Effects that are neither done nor dead.", lambda: look().waiting)
    metrics.gauge("outbox_dead", "Effects given up after twelve tries.", lambda: look().dead)
    metrics.gauge(
        "outbox_oldest_seconds",
        "Since when the oldest effect in nobody's hands could have been done.",
        lambda: look().oldest_seconds,
    )
