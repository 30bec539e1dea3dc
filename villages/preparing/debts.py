"""How claims and debts are completed and checked while they are read (pure)."""

from __future__ import annotations

from portal.columns.parties import is_unit
from portal.columns.row import Given, Row
from villages.models import CounterpartyType

_WHOLE = 100


def prepare_debt(row: Row, _given: Given, _lookups: object) -> None:
    """Tell persons from organisations where the table does not; refuse days and rates that cannot be."""
    party = row.get("party")
    if party and "party_type" not in row.values:
        kind = CounterpartyType.UNIT if is_unit(party) else CounterpartyType.PERSON
        row.values["party_type"] = kind.value
    row.is_organisation = row.get("party_type") == CounterpartyType.UNIT
    incurred_on, due_on, period = row.get("incurred_on"), row.get("due_on"), row.get("period")
    if incurred_on and due_on and due_on < incurred_on:
        row.error("due_on", "到期日在形成日期之前，请核对年月日")
    if incurred_on and period and incurred_on >= period.end:
        row.error("incurred_on", "这笔账在所属期以后才有，请核对所属期和形成日期")
    rate = row.get("annual_rate")
    if rate is not None and rate > _WHOLE:
        row.error("annual_rate", "年利率不能超过 100%，请核对；一年 3.85% 写 3.85")
