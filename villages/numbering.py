"""Numbers that a load proposes where the table has none: 360902100204-ZC-0001 (pure after `highest`)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.columns.row import Row
from portal.releases.models import DisclosedRow, State

_DIGITS = 4
_PLACE = 12


@dataclass(frozen=True)
class Numbering:
    """What numbers of one kind begin with, and the highest one of each place so far."""

    sign: str
    highest: dict[str, int]

    def propose(self, row: Row, field: str) -> None:
        """Number a row that has none.

        The same for the same table, whoever builds it: a place's highest number so far plus the row's
        place in the table, so that builders working side by side never give one number twice.
        """
        if row.get(field) or not row.place or row.is_wrong(field):
            return
        number = self.highest.get(row.place, 0) + row.number
        row.values[field] = f"{row.place}-{self.sign}-{number:0{_DIGITS}d}"


def numbering(model: type[DisclosedRow], field: str, sign: str, county: str) -> Numbering:
    """Read how far numbers of a kind have come in a county, drafts included; one query."""
    form = rf"^[0-9]{{{_PLACE}}}-{sign}-[0-9]{{{_DIGITS},9}}$"
    rows = model._default_manager.filter(county=county, **{f"{field}__regex": form})
    highest: dict[str, int] = {}
    for told in rows.exclude(release__state=State.DISCARDED).values_list(field, flat=True):
        place, number = told[:_PLACE], int(told.rpartition("-")[2])
        highest[place] = max(highest.get(place, 0), number)
    return Numbering(sign, highest)
