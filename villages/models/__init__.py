"""Models of villages, one file per aggregate."""

from __future__ import annotations

from villages.models.balance import AccountType, Balance
from villages.models.debt import Debt, DebtSide
from villages.models.decision import Decision, MeetingType, Step
from villages.models.ledger import (
    AccountingUnit,
    CounterpartyType,
    Direction,
    LedgerEntry,
    Nature,
    PaymentMethod,
)

__all__ = [
    "AccountType",
    "AccountingUnit",
    "Balance",
    "CounterpartyType",
    "Debt",
    "DebtSide",
    "Decision",
    "Direction",
    "LedgerEntry",
    "MeetingType",
    "Nature",
    "PaymentMethod",
    "Step",
]
