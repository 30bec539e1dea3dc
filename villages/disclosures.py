"""Declares the kinds of villages to the registry."""

from __future__ import annotations

from portal.releases.registry import Disclosure, register
from villages import queries
from villages.columns.balances import BALANCE
from villages.columns.debts import DEBT
from villages.columns.decisions import DECISION
from villages.columns.leases import LEASE, RENT
from villages.columns.ledger import LEDGER, TWO_SIDES
from villages.columns.property import ASSET, RESOURCE
from villages.models import (
    Balance,
    CounterpartyType,
    Debt,
    DebtSide,
    Decision,
    Direction,
    Lease,
    LedgerEntry,
    Rent,
    TenantType,
    VillageAsset,
    VillageResource,
)
from villages.plates import ASSET_PLATE, RESOURCE_PLATE
from villages.preparing.debts import prepare_debt
from villages.preparing.decisions import prepare_decision
from villages.preparing.ledger import prepare_ledger
from villages.preparing.property import (
    prepare_asset,
    prepare_lease,
    prepare_rent,
    prepare_resource,
)
from villages.settling import settle_assets, settle_resources
from villages.subjects import charge_titles, debt_titles, rent_section, subject_titles

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
register(
    Disclosure(
        code="assets",
        title="村级资产",
        model=VillageAsset,
        template="villages/asset_row.html",
        columns=ASSET,
        section="assets",
        natural_key=("asset_no", "region_id"),
        event_on="disposed_on",
        names_people=True,
        name_field="occupant_public",
        names_title="用村里房和物的人",
        place_search_fields=("name", "location", "asset_no"),
        place_search_title="村里的房和物",
        private=("occupant", "buyer"),
        per_place=True,
        heading=str,
        detail="villages/asset_detail.html",
        lookups=queries.asset_numbers,
        prepare=prepare_asset,
        settle=settle_assets,
        plated=ASSET_PLATE,
    )
)
register(
    Disclosure(
        code="resources",
        title="村级资源",
        model=VillageResource,
        template="villages/resource_row.html",
        columns=RESOURCE,
        section="resources",
        natural_key=("resource_no", "region_id"),
        names_people=True,
        name_field="occupant_public",
        names_title="用村里地和塘的人",
        place_search_fields=("name", "category", "resource_no"),
        place_search_title="村里的地和塘",
        private=("occupant",),
        per_place=True,
        heading=str,
        detail="villages/resource_detail.html",
        lookups=queries.resource_numbers,
        prepare=prepare_resource,
        settle=settle_resources,
        plated=RESOURCE_PLATE,
    )
)
register(
    Disclosure(
        code="leases",
        title="承包租赁合同",
        model=Lease,
        template="villages/lease_row.html",
        columns=LEASE,
        section="leases",
        natural_key=("contract_no", "region_id"),
        event_on="starts_on",
        names_people=True,
        name_field="tenant_public",
        organisations=("tenant_type", TenantType.COOPERATIVE, TenantType.COMPANY),
        names_title="租村里东西的人",
        place_search_fields=("object_name", "contract_no", "purpose"),
        place_search_title="出租合同",
        private=("tenant", "identity_tail"),
        per_place=True,
        heading=queries.title_of_lease,
        detail="villages/lease_detail.html",
        lookups=queries.lease_lookups,
        prepare=prepare_lease,
    )
)
register(
    Disclosure(
        code="rents",
        title="租金收缴",
        model=Rent,
        template="villages/rent_row.html",
        columns=RENT,
        section="leases",
        subject="charge",
        subject_titles=charge_titles,
        amount="received_amount",
        money_section=rent_section,
        event_on="due_on",
        names_people=True,
        name_field="payer_public",
        names_title="交租金的人",
        place_search_fields=("contract_no",),
        place_search_title="收租金",
        private=("payer",),
        per_place=True,
        finds_place=True,
        heading=queries.title_of_rent,
        detail="villages/rent_detail.html",
        lookups=queries.rent_lookups,
        prepare=prepare_rent,
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
