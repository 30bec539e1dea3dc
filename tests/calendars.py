"""The shipped calendar without a database, read by code of its own."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path

from portal.workdays.arithmetic import Calendar

_LIST = Path(__file__).parent.parent / "portal" / "workdays" / "data" / "holidays.csv"


@cache
def shipped_days() -> dict[date, str]:
    """Return what the list says of each day it names: `off` or `make-up work`."""
    with _LIST.open(encoding="utf-8", newline="") as stream:
        return {date.fromisoformat(on): kind for on, kind, _ in list(csv.reader(stream))[1:]}


@cache
def shipped() -> Calendar:
    """Return the calendar of 2021 to 2026."""
    days = shipped_days()
    return Calendar(
        holidays=frozenset(on for on, kind in days.items() if kind == "off"),
        makeup=frozenset(on for on, kind in days.items() if kind == "make-up work"),
        years=frozenset(range(2021, 2027)),
    )
