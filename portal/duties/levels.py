"""The levels of reminding: how many days before or after a deadline who is told (dated, with source)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "levels.csv"


@dataclass(frozen=True, kw_only=True)
class Level:
    """One level, for deadlines on [start_on, end_on); `days` counts from the deadline, before it negative."""

    name: str
    days: int
    audience: str
    start_on: date
    end_on: date | None
    source: str


@cache
def levels() -> tuple[Level, ...]:
    """Return all levels, as they stand in the file."""
    with _FILE.open(encoding="utf-8", newline="") as stream:
        return tuple(
            Level(
                name=row["level"],
                days=int(row["days"]),
                audience=row["audience"],
                start_on=date.fromisoformat(row["start_on"]),
                end_on=date.fromisoformat(row["end_on"]) if row["end_on"] else None,
                source=row["source"],
            )
            for row in csv.DictReader(stream)
        )
