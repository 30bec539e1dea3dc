"""Models of funds: one file per aggregate."""

from __future__ import annotations

from funds.models.lookup import LookupCount
from funds.models.notice import Notice
from funds.models.payment import EntryType, PayeeType, Payment, PaymentMethod
from funds.models.programme import Method, Programme, Rounding
from funds.models.standard import Standard, StandardType

__all__ = [
    "EntryType",
    "LookupCount",
    "Method",
    "Notice",
    "PayeeType",
    "Payment",
    "PaymentMethod",
    "Programme",
    "Rounding",
    "Standard",
    "StandardType",
]
