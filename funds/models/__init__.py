"""Models of funds: one file per aggregate."""

from __future__ import annotations

from funds.models.enterprise import EnterpriseFee, EnterpriseFund, FeeType
from funds.models.lookup import LookupCount
from funds.models.payment import EntryType, PayeeType, Payment, PaymentMethod
from funds.models.programme import Method, Programme, Rounding
from funds.models.reception import MealType, Reception, ReceptionPayment, VenueType
from funds.models.standard import Standard, StandardType

__all__ = [
    "EnterpriseFee",
    "EnterpriseFund",
    "EntryType",
    "FeeType",
    "LookupCount",
    "MealType",
    "Method",
    "PayeeType",
    "Payment",
    "PaymentMethod",
    "Programme",
    "Reception",
    "ReceptionPayment",
    "Rounding",
    "Standard",
    "StandardType",
    "VenueType",
]
