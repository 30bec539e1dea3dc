"""Declares the kinds of villages to the registry."""

from __future__ import annotations

from portal.releases.registry import Disclosure, register
from villages.columns.balances import BALANCE
from villages.columns.ledger import LEDGER, TWO_SIDES
from villages.models import Balance, CounterpartyType, Direction, LedgerEntry
from villages.preparing.ledger import prepare_ledger
from villages.subjects import subject_titles

register(
    Disclosure(
        code="ledger",
        title="村级收支明细",
        model=LedgerEntry,
        template="villages/ledger_row.html",
        columns=LEDGER,
        spare=TWO_SIDES,
        section="ledger",
        subject="subject",
        subject_titles=subject_titles,
        amount="amount",
        outgoing=("direction", Direction.OUT),
        happened_on="happened_on",
        event_on="happened_on",
        paid_on="happened_on",
        names_people=True,
        name_field="counterparty_public",
        organisations=("counterparty_type", CounterpartyType.UNIT),
        names_title="收钱、交钱的人和单位",
        place_search_fields=("summary", "counterparty_public"),
        place_search_title="账本里的事",
        private=("counterparty",),
        per_place=True,
        has_balance=True,
        heading=str,
        detail="villages/ledger_detail.html",
        prepare=prepare_ledger,
    )
)
register(
    Disclosure(
        code="balances",
        title="货币资金余额",
        model=Balance,
        template="villages/balance_row.html",
        columns=BALANCE,
        section="ledger",
        per_place=True,
        heading=str,
    )
)
