"""The limits that rules compare with, by day and place (pure after reading)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "thresholds.csv"


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """One limit, in force on [start_on, end_on) in places whose code begins with `place`."""

    name: str
    place: str
    start_on: date
    end_on: date | None
    value: Decimal
    source: str


def threshold_on(name: str, day: date, place: str = "") -> Threshold:
    """Return a limit on a day in a place; the narrowest place's own stands before the general one.

    Raises:
        LookupError: there is no such limit on that day.
    """
    found = [one for one in _in_order(name) if one.start_on <= day and place.startswith(one.place)]
    for one in found:
        if one.end_on is None or day < one.end_on:
            return one
    raise LookupError(f"No threshold {name!r} on {day}.")


def threshold_sql(name: str, *, day: str, place: str) -> str:
    """Return the SQL of a limit's value on a day in a place (both SQL expressions); NULL where there is none.

    A CASE: the planner folds it away for the rows of one county, which a join to a table of limits it cannot.
    """
    cases = [
        f"WHEN {day} >= '{one.start_on}'"
        + (f" AND {day} < '{one.end_on}'" if one.end_on else "")
        + (f" AND starts_with({place}, '{one.place}')" if one.place else "")
        + f" THEN {one.value}"
        for one in _in_order(name)
    ]
    return f"(CASE {' '.join(cases)} END)"


def _in_order(name: str) -> list[Threshold]:
    """Return the lines of a limit, the narrowest place and the newest first."""
    found = [one for one in _thresholds() if one.name == name]
    if not found:
        raise LookupError(f"No threshold {name!r}.")
    return sorted(found, key=lambda one: (-len(one.place), -one.start_on.toordinal()))


@cache
def _thresholds() -> tuple[Threshold, ...]:
    with _FILE.open(encoding="utf-8", newline="") as stream:
        return tuple(
            Threshold(
                name=row["name"],
                place=row["place"],
                start_on=date.fromisoformat(row["start_on"]),
                end_on=date.fromisoformat(row["end_on"]) if row["end_on"] else None,
                value=Decimal(row["value"]),
                source=row["source"],
            )
            for row in csv.DictReader(stream)
        )
