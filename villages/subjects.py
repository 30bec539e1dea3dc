"""What totals of villages are grouped by: side, whose money it is, account; what a rent was paid for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from django.db.models import Case, Value, When

from villages.models import Charge, DebtSide, Direction, Nature


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A read subject, as `LedgerEntry.subject` writes it: out/own/513."""

    direction: str
    nature: str
    account_code: str

    @classmethod
    def read(cls, subject: str) -> Self:
        """Read a subject."""
        direction, nature, account_code = subject.split("/", 2)
        return cls(direction=direction, nature=nature, account_code=account_code)

    @property
    def is_own(self) -> bool:
        """Whether it counts as the village's income or expense."""
        return self.nature == Nature.OWN

    @property
    def sign(self) -> int:
        """1 for money that came in, −1 for money that went out."""
        return 1 if self.direction == Direction.IN else -1


def subject_titles(_county: str, subjects: Collection[str]) -> dict[str, str]:
    """Return what each subject is called where a list names it: its side, or whose money it is."""
    titles = {}
    for subject in subjects:
        read = Subject.read(subject)
        label = Direction(read.direction).label if read.is_own else Nature(read.nature).label
        titles[subject] = str(label)
    return titles


DEBT_SIDES = {
    DebtSide.OWED_TO_VILLAGE.value: "谁欠村里的",
    DebtSide.OWED_BY_VILLAGE.value: "村里欠谁的",
}


def debt_titles(_county: str, _subjects: Collection[str]) -> dict[str, str]:
    """Return what the two sides of debts are called."""
    return DEBT_SIDES


def charge_titles(_county: str, charges: Collection[str]) -> dict[str, str]:
    """Return what was paid under contracts: rent, a deposit."""
    return {charge: str(Charge(charge).label) for charge in charges}


def rent_section() -> Case:
    """Return in which section a total of rents counts: deposits go back, what is passed on goes on."""
    own = When(subject__in=[Charge.RENT, Charge.PENALTY], then=Value("leases"))
    return Case(own, default=Value(""))
