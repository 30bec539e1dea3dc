"""Numbers that a load proposes where the table has none: 360902100204-ZC-0001 (pure after `numbering`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import BigIntegerField, Max
from django.db.models.functions import Cast, Left, Substr

from portal.columns.row import Row
from portal.releases.models import DisclosedRow, State

_PLACE_DIGITS = 12


@dataclass(frozen=True)
class Numbering:
    """The field that holds the number, the sign inside it, and each place's highest number so far."""

    field: str
    sign: str
    highest: Mapping[str, int]

    def propose(self, row: Row) -> None:
        """Number a row that has none.

        The same for the same table, whoever builds it: a place's highest number so far plus the row's
        place in the table, so that builders working side by side never give one number twice.
        """
        if row.get(self.field) or not row.place or row.is_wrong(self.field):
            return
        number = self.highest.get(row.place, 0) + row.number
        row.values[self.field] = f"{row.place}-{self.sign}-{number:04d}"


def numbering(model: type[DisclosedRow], field: str, sign: str, county: str) -> Numbering:
    """Read how far the proposed numbers of a kind have come in a county, drafts included; one query.

    Longer numbers are somebody's own.
    """
    found = (
        model._default_manager.filter(county=county)
        .filter(**{f"{field}__regex": rf"^[0-9]{{{_PLACE_DIGITS}}}-{sign}-[0-9]{{1,9}}$"})
        .exclude(release__state=State.DISCARDED)
        .order_by()
        .annotate(numbered=Left(field, _PLACE_DIGITS))
        .values("numbered")
        .annotate(highest=Max(Cast(Substr(field, _PLACE_DIGITS + len(sign) + 3), BigIntegerField())))
    )
    return Numbering(field, sign, dict(found.values_list("numbered", "highest")))
