"""How receptions are completed and checked while they are read (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.columns.row import Given, Row
from portal.releases.numbering import Numbering

_TOWNSHIP_PART, _VILLAGE_PART = 6, 9


@dataclass(frozen=True)
class ReceptionLookups:
    """What a load needs: the one item of receptions that places of each level owe, and the numbers so far."""

    items: dict[str, str]
    numbers: Numbering


def prepare_reception(row: Row, given: Given, lookups: ReceptionLookups) -> None:
    """Give a reception its item and number; refuse what cannot have happened."""
    _item(row, given, lookups)
    lookups.numbers.propose(row)
    if row.get("guests") == 0:
        row.error("guests", "来访人数不能是 0；没有来人的，不是接待，请删掉这一行")
    start, end = row.get("received_on"), row.get("end_on")
    if isinstance(start, date) and isinstance(end, date) and end < start:
        row.error("end_on", "结束日期早于接待日期，请核对")


def _item(row: Row, given: Given, lookups: ReceptionLookups) -> None:
    """Put a village's row under the item that villages owe, where the file is a wider place's."""
    own = lookups.items.get(level_of(row.place)) if row.place else None
    if own and given.item in lookups.items.values():
        row.item = own


def level_of(code: str) -> str:
    """Return the level of a place from its code: what is not used of the twelve digits is zeros."""
    if code[_VILLAGE_PART:] != "000":
        return "village"
    return "township" if code[_TOWNSHIP_PART:_VILLAGE_PART] != "000" else "county"
