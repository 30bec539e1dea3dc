"""The fees that may be charged of enterprises in a place: in force, found by a word, changed this year."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from funds.models import EnterpriseFee
from portal.columns.folding import half_width, without_spaces
from portal.places.models import Region

# A county's list has some dozens; what is beyond is cut rather than letting a page grow.
MOST = 3000
PAGE = 20
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became of one fee in a year: `before` is the version that it replaced."""

    fee: EnterpriseFee
    on: date
    before: EnterpriseFee | None = None

    @property
    def words(self) -> str:
        """From what to what: 300 元降到 240 元."""
        if self.before is None:
            return self.fee.standard
        old, new = _figure(self.before.standard), _figure(self.fee.standard)
        verb = "改成"
        if old is not None and new is not None and old != new:
            verb = "降到" if new < old else "涨到"
        return f"{self.before.standard}{verb} {self.fee.standard}"


@dataclass(kw_only=True)
class Changes:
    """What a year changed."""

    fresh: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    ended: list[Change] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class FeeList:
    """Every public fee of a place and of those above it, old versions included; by name."""

    fees: list[EnterpriseFee]
    today: date

    @property
    def valid(self) -> list[EnterpriseFee]:
        """Those in force today."""
        return [fee for fee in self.fees if is_valid(fee, self.today)]

    def found(self, word: str) -> list[EnterpriseFee]:
        """Return those in force whose name, unit or basis holds a word."""
        return [fee for fee in self.valid if _holds(fee, word)]

    def over(self, word: str) -> list[EnterpriseFee]:
        """Return those no longer in force that a word names, the last one of each first."""
        found = [fee for fee in self.fees if fee.end_on and fee.end_on <= self.today and _holds(fee, word)]
        return sorted(found, key=lambda fee: fee.end_on or self.today, reverse=True)

    def changes(self, year: int) -> Changes:
        """Return what began, changed and ended in a year."""
        versions: defaultdict[tuple[int, str, str, str], list[EnterpriseFee]] = defaultdict(list)
        for fee in sorted(self.fees, key=lambda fee: fee.start_on):
            versions[fee.region_id, fee.name, fee.charging_unit, fee.unit].append(fee)
        changes = Changes()
        for same in versions.values():
            _note(changes, same, year)
        return changes


def _note(changes: Changes, same: list[EnterpriseFee], year: int) -> None:
    """Note what a year did to the versions of one fee, oldest first; rates may stand side by side."""
    for fee in same:
        if fee.start_on.year != year:
            continue
        before = next((one for one in reversed(same) if one.end_on and one.end_on <= fee.start_on), None)
        if before is None:
            changes.fresh.append(Change(fee=fee, on=fee.start_on))
        elif before.standard != fee.standard:
            changes.changed.append(Change(fee=fee, on=fee.start_on, before=before))
    last = max(same, key=lambda fee: fee.end_on or date.max)
    if last.end_on and last.end_on.year == year:
        changes.ended.append(Change(fee=last, on=last.end_on))


def list_of(region: Region, today: date) -> FeeList:
    """Return the list that holds in a place: its own and that of every place above; one query."""
    places = [region.pk]
    above = region.parent
    while above is not None:
        places.append(above.pk)
        above = above.parent
    rows = EnterpriseFee.objects.listed().filter(region__in=places).select_related("release")
    return FeeList(fees=list(rows.order_by("name", "charging_unit", "start_on", "pk")[:MOST]), today=today)


def is_valid(fee: EnterpriseFee, day: date) -> bool:
    """Return whether a fee may be charged on a day."""
    return fee.start_on <= day and (fee.end_on is None or day < fee.end_on)


def _holds(fee: EnterpriseFee, word: str) -> bool:
    text = _folded(f"{fee.name} {fee.charging_unit} {fee.basis}")
    return all(part in text for part in map(_folded, word.split()))


def _folded(text: str) -> str:
    return without_spaces(half_width(text)).casefold()


def _figure(standard: str) -> Decimal | None:
    """Return the one number a standard's words hold; None where there is none, or several."""
    found = _NUMBER.findall(half_width(standard).replace(",", ""))
    return Decimal(found[0]) if len(found) == 1 else None
