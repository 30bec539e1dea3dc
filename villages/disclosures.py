"""Declares the kinds of villages to the registry."""

from __future__ import annotations

from portal.releases.registry import Disclosure, register
from villages.columns.balances import BALANCE
from villages.columns.debts import DEBT
from villages.columns.decisions import DECISION
from villages.columns.ledger import LEDGER, TWO_SIDES
from villages.models import Balance, Debt, DebtSide, Decision, Direction, LedgerEntry
from villages.preparing.debts import prepare_debt
from villages.preparing.decisions import prepare_decision
from villages.preparing.ledger import prepare_ledger
from villages.subjects import debt_titles, subject_titles

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
register(
    Disclosure(
        code="debts",
        title="债权债务",
        model=Debt,
        template="villages/debt_row.html",
        columns=DEBT,
        section="ledger",
        subject="side",
        subject_titles=debt_titles,
        amount="closing",
        outgoing=("side", DebtSide.OWED_BY_VILLAGE),
        names_people=True,
        name_field="party_public",
        names_title="欠村里的、村里欠的",
        place_search_fields=("nature", "party_public"),
        place_search_title="谁欠谁的",
        private=("party",),
        per_place=True,
        heading=str,
        detail="villages/debt_detail.html",
        prepare=prepare_debt,
    )
)
register(
    Disclosure(
        code="decisions",
        title="四议两公开",
        model=Decision,
        template="villages/decision_row.html",
        columns=DECISION,
        section="notices",
        event_on="met_on",
        natural_key=("matter_no", "region_id", "step", "met_on"),
        place_search_fields=("matter", "matter_no", "result"),
        place_search_title="村里定的事",
        per_place=True,
        heading=str,
        detail="villages/decision_detail.html",
        prepare=prepare_decision,
        papers="会议记录",
        doubt="这件事我有疑问",
    )
)
