"""What rent fell due, what of it was received, what is owed on a day (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from portal.columns.periods import Period
from portal.columns.yearly import days_in

ZERO = Decimal(0)
TellBy = Callable[[date], date]
_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One published line: a due, and a payment or a part of one (yuan). Parts repeat the due."""

    due_on: date
    due: Decimal
    received: Decimal = ZERO
    reduction: Decimal = ZERO


@dataclass(frozen=True, kw_only=True)
class Due:
    """One day on which rent of one contract falls due, in yuan after what was let off.

    `is_reported` says whether the village has published a line of it; else the contract alone says it,
    and the village has until `tell_by` to say whether it was received.
    """

    due_on: date
    due: Decimal
    received: Decimal = ZERO
    is_reported: bool = True
    tell_by: date | None = None

    @property
    def missing(self) -> Decimal:
        """What of it was not received, whether it was due yet or not."""
        return max(self.due - self.received, ZERO)

    def is_over(self, today: date) -> bool:
        """Whether its day has passed: on the day itself one may still pay."""
        return self.due_on < today

    def owed(self, today: date) -> Decimal:
        """What is in arrears on a day, as the village itself says."""
        return self.missing if self.is_reported and self.is_over(today) else ZERO

    def untold(self, today: date) -> Decimal:
        """What fell due without a word whether it was received, though the day to say so has passed."""
        return self.missing if self._is_silent(today) and not self._may_be_silent(today) else ZERO

    def waiting(self, today: date) -> Decimal:
        """What fell due, and need not be told of yet."""
        return self.missing if self._is_silent(today) and self._may_be_silent(today) else ZERO

    def _is_silent(self, today: date) -> bool:
        return not self.is_reported and self.is_over(today)

    def _may_be_silent(self, today: date) -> bool:
        return self.tell_by is not None and today <= self.tell_by

    def later(self, today: date) -> Decimal:
        """What is not due yet."""
        return ZERO if self.is_over(today) else self.missing

    def days_late(self, today: date) -> int:
        """How many days ago it was due; 0 where nothing is owed."""
        return (today - self.due_on).days if self.owed(today) else 0


def expected(
    annual_rent: Decimal, due_days: str, *, starts_on: date, ends_on: date, tell_by: TellBy | None = None
) -> list[Due]:
    """Return what a contract alone says: the yearly rent in equal parts on its days, both ends included.

    Cents that do not divide stand in a year's first part. Rent is told of by the quarter;
    `tell_by` gives the last day for its last day (that day itself, unless told).
    """
    found = []
    for year in range(starts_on.year, ends_on.year + 1):
        days = days_in(year, due_days)
        share = (annual_rent / len(days)).quantize(_CENT, ROUND_DOWN) if days else ZERO
        first = annual_rent - share * (len(days) - 1)
        for number, day in enumerate(days):
            if starts_on <= day <= ends_on:
                last = Period.containing(day, "quarter").end - timedelta(days=1)
                found.append(
                    Due(
                        due_on=day,
                        due=share if number else first,
                        is_reported=False,
                        tell_by=tell_by(last) if tell_by else last,
                    )
                )
    return found


def dues(parts: Iterable[Part], contract: Iterable[Due] = ()) -> list[Due]:
    """Return every due once, oldest first: what was published, and what the contract says beside it.

    Of parts that repeat a due, the largest due and the largest reduction count; what was received adds up.
    """
    gathered: dict[date, tuple[Decimal, Decimal, Decimal]] = {}
    for part in parts:
        due, reduction, received = gathered.get(part.due_on, (ZERO, ZERO, ZERO))
        gathered[part.due_on] = (
            max(due, part.due),
            max(reduction, part.reduction),
            received + part.received,
        )
    told = [
        Due(due_on=day, due=max(due - reduction, ZERO), received=received)
        for day, (due, reduction, received) in gathered.items()
    ]
    silent = [due for due in contract if due.due_on not in gathered]
    return sorted([*told, *silent], key=lambda due: due.due_on)


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What some dues come to on a day.

    Where none was overpaid, `due` is the sum of the others.
    """

    due: Decimal = ZERO
    received: Decimal = ZERO
    owed: Decimal = ZERO
    untold: Decimal = ZERO
    waiting: Decimal = ZERO
    later: Decimal = ZERO

    def __add__(self, other: Sums) -> Sums:
        """Add figure by figure."""
        return Sums(
            due=self.due + other.due,
            received=self.received + other.received,
            owed=self.owed + other.owed,
            untold=self.untold + other.untold,
            waiting=self.waiting + other.waiting,
            later=self.later + other.later,
        )


def sums(found: Iterable[Due], today: date) -> Sums:
    """Add dues up as they stand on a day."""
    total = Sums()
    for due in found:
        total += Sums(
            due=due.due,
            received=due.received,
            owed=due.owed(today),
            untold=due.untold(today),
            waiting=due.waiting(today),
            later=due.later(today),
        )
    return total


def of_year(found: Iterable[Due], year: int) -> list[Due]:
    """Return the dues whose day lies in a year."""
    return [due for due in found if due.due_on.year == year]
