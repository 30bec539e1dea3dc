"""Which periods an item has, and until when each must be public (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from portal.catalogue.models import CatalogueItem, DayUnit, Granularity
from portal.columns.periods import Granularity as Length
from portal.columns.periods import Period
from portal.workdays.arithmetic import Calendar

_LENGTHS = {
    Granularity.YEARLY: Length.YEAR,
    Granularity.HALF_YEARLY: Length.HALF,
    Granularity.QUARTERLY: Length.QUARTER,
    Granularity.MONTHLY: Length.MONTH,
}


def due_on(item: CatalogueItem, anchor: date, workdays: Calendar) -> date:
    """Return the last day for an item whose time limit begins on `anchor`, which is not counted."""
    found = workdays.add(anchor, item.deadline_days, DayUnit(item.deadline_unit).counted)
    assert found is not None  # noqa: S101 # without a pause every limit ends
    return found


def periods_of(item: CatalogueItem, *, since: date, today: date) -> Iterator[Period]:
    """Yield the periods of an item that ended after `since` and have begun by `today`, oldest first."""
    length = _LENGTHS.get(Granularity(item.period))
    if length is None:
        return
    period = Period.containing(since, length)
    while period.start <= today:
        yield period
        period = period.next()
