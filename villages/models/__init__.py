"""Models of villages, one file per aggregate."""

from __future__ import annotations

from villages.models.asset import AssetPurpose, AssetState, Valuation, VillageAsset
from villages.models.balance import AccountType, Balance
from villages.models.debt import Debt, DebtSide
from villages.models.decision import Decision, MeetingType, Step
from villages.models.lease import Bidding, Lease, LeaseMethod, LeaseState, PayRhythm, RentKind, TenantType
from villages.models.ledger import (
    AccountingUnit,
    CounterpartyType,
    Direction,
    LedgerEntry,
    Nature,
    PaymentMethod,
)
from villages.models.rent import Charge, Rent
from villages.models.resource import Owner, ResourceState, VillageResource

__all__ = [
    "AccountType",
    "AccountingUnit",
    "AssetPurpose",
    "AssetState",
    "Balance",
    "Bidding",
    "Charge",
    "CounterpartyType",
    "Debt",
    "DebtSide",
    "Decision",
    "Direction",
    "Lease",
    "LeaseMethod",
    "LeaseState",
    "LedgerEntry",
    "MeetingType",
    "Nature",
    "Owner",
    "PayRhythm",
    "PaymentMethod",
    "Rent",
    "RentKind",
    "ResourceState",
    "Step",
    "TenantType",
    "Valuation",
    "VillageAsset",
    "VillageResource",
]
