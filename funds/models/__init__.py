"""Models of funds: one file per aggregate."""

from __future__ import annotations

from funds.models.lookup import LookupCount
from funds.models.payment import EntryType, PayeeType, Payment, PaymentMethod
from funds.models.programme import Method, Programme, Rounding
from funds.models.project import (
    Board,
    Disbursement,
    DisbursementType,
    LivelihoodProject,
    ProcurementMethod,
    ProjectState,
)
from funds.models.standard import Standard, StandardType

__all__ = [
    "Board",
    "Disbursement",
    "DisbursementType",
    "EntryType",
    "LivelihoodProject",
    "LookupCount",
    "Method",
    "PayeeType",
    "Payment",
    "PaymentMethod",
    "ProcurementMethod",
    "Programme",
    "ProjectState",
    "Rounding",
    "Standard",
    "StandardType",
]
