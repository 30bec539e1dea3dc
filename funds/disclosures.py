"""Declares the kinds of funds to the registry."""

from __future__ import annotations

from funds import queries, receptions
from funds.columns.disbursements import DISBURSEMENT
from funds.columns.enterprises import ENTERPRISE_FEE, ENTERPRISE_FUND
from funds.columns.notices import NOTICE
from funds.columns.payments import PAYMENT
from funds.columns.programmes import PROGRAMME
from funds.columns.projects import PROJECT
from funds.columns.receptions import RECEPTION
from funds.columns.standards import STANDARD
from funds.models import (
    Disbursement,
    EnterpriseFee,
    EnterpriseFund,
    LivelihoodProject,
    Notice,
    PayeeType,
    Payment,
    Programme,
    Reception,
    Standard,
)
from funds.preparing.enterprises import prepare_fee, prepare_fund
from funds.preparing.notices import prepare_notice
from funds.preparing.payments import prepare_payment, prepare_programme, prepare_standard
from funds.preparing.projects import prepare_disbursement, prepare_project
from funds.preparing.receptions import prepare_reception
from funds.projects import registers
from funds.projects.following import FOLLOW_UPS
from funds.projects.sign import SITE_SIGN
from funds.settling import (
    overlapping_standards,
    settle_corrections,
    settle_programmes,
    settle_projects,
    settle_standards,
)
from portal.releases.registry import Disclosure, register

register(
    Disclosure(
        code="programmes",
        title="补贴项目",
        model=Programme,
        template="funds/programme_row.html",
        columns=PROGRAMME,
        natural_key=("code",),
        search_fields=("name", "code"),
        address=queries.page_of_programme,
        prepare=prepare_programme,
        settle=settle_programmes,
    )
)
register(
    Disclosure(
        code="standards",
        title="政策标准",
        model=Standard,
        template="funds/standard_row.html",
        columns=STANDARD,
        natural_key=("programme_code", "name", "region_id", "start_on"),
        search_fields=("name", "document_no"),
        address=queries.page_of_standard,
        lookups=queries.lookups,
        prepare=prepare_standard,
        settle=settle_standards,
        objections=overlapping_standards,
    )
)
register(
    Disclosure(
        code="payments",
        title="到户资金发放明细",
        model=Payment,
        template="funds/payment_row.html",
        columns=PAYMENT,
        section="subsidies",
        subject="programme_code",
        amount="amount",
        paid_on="paid_on",
        event_on="paid_on",
        names_people=True,
        name_field="name_public",
        organisations=(
            "payee_type",
            PayeeType.COLLECTIVE,
            PayeeType.COOPERATIVE,
            PayeeType.ENTERPRISE,
            PayeeType.OTHER,
        ),
        names_title="领补贴的人",
        subject_titles=queries.programme_names,
        lookups=queries.lookups,
        prepare=prepare_payment,
        settle=settle_corrections,
        private=("name", "householder", "account_holder", "identity_tail", "account_tail"),
    )
)
register(
    Disclosure(
        code="receptions",
        numbered="number",
        title="公务接待",
        model=Reception,
        template="funds/reception_row.html",
        columns=RECEPTION,
        section="receptions",
        subject="unit",
        amount="amount",
        happened_on="received_on",
        event_on="received_on",
        paid_on="received_on",
        search_fields=("guest_unit", "unit"),
        place_search_fields=("reason", "venue", "number"),
        place_search_title="接待的事由和地点",
        per_place=True,
        heading=lambda row: f"{row.received_on.month}月{row.received_on.day}日的接待",
        detail="funds/reception_detail.html",
        month_word="接待",
        lookups=receptions.lookups,
        prepare=prepare_reception,
    )
)
register(
    Disclosure(
        code="enterprise_funds",
        title="惠企资金",
        model=EnterpriseFund,
        template="funds/enterprise_fund_row.html",
        columns=ENTERPRISE_FUND,
        section="business",
        subject="policy",
        amount="amount",
        happened_on="paid_on",
        event_on="paid_on",
        paid_on="paid_on",
        names_people=True,
        search_fields=("credit_code",),
        name_field="enterprise_public",
        names_title="领惠企资金的企业",
        place_search_fields=("policy", "department"),
        place_search_title="给企业的钱",
        private=("enterprise",),
        heading=str,
        detail="funds/enterprise_fund_detail.html",
        month_word="惠企资金",
        prepare=prepare_fund,
    )
)
register(
    Disclosure(
        code="enterprise_fees",
        title="涉企收费清单",
        model=EnterpriseFee,
        template="funds/enterprise_fee_row.html",
        columns=ENTERPRISE_FEE,
        section="business",
        shown_below=True,
        event_on="start_on",
        search_fields=("name", "charging_unit", "basis"),
        heading=str,
        detail="funds/enterprise_fee_detail.html",
        prepare=prepare_fee,
    )
)
register(
    Disclosure(
        code="projects",
        title="民生项目",
        model=LivelihoodProject,
        template="funds/project_row.html",
        columns=PROJECT,
        section="projects",
        subject="board",
        subject_titles=registers.board_titles,
        amount="budget",
        event_on="latest_on",
        follow_ups=FOLLOW_UPS,
        natural_key=("project_no",),
        numbered="project_no",
        names_people=True,
        search_fields=("name", "project_no"),
        name_field="winner_public",
        names_title="中标的人和单位",
        place_search_fields=("content", "winner_public"),
        place_search_title="项目里写的",
        private=("winner",),
        heading=str,
        detail="funds/project_detail.html",
        own_documents=True,
        way_back=registers.section_of_project,
        plated=SITE_SIGN,
        lookups=registers.project_numbers,
        prepare=prepare_project,
        settle=settle_projects,
    )
)
register(
    Disclosure(
        code="disbursements",
        title="项目资金拨付",
        model=Disbursement,
        template="funds/disbursement_row.html",
        columns=DISBURSEMENT,
        section="projects",
        subject="project_no",
        subject_titles=registers.project_names,
        amount="amount",
        money_section=registers.section_of_payments,
        paid_on="paid_on",
        event_on="paid_on",
        names_people=True,
        name_field="payee_public",
        names_title="收工程款的人和单位",
        place_search_fields=("purpose", "payee_public"),
        place_search_title="工程付款",
        private=("payee",),
        finds_place=True,
        heading=str,
        detail="funds/disbursement_detail.html",
        way_back=registers.project_of_disbursement,
        lookups=registers.disbursement_lookups,
        prepare=prepare_disbursement,
    )
)
register(
    Disclosure(
        code="notices",
        title="信息公开",
        model=Notice,
        template="funds/notice_row.html",
        columns=NOTICE,
        section="notices",
        event_on="issued_on",
        names_people=True,
        search_fields=("title", "document_no"),
        place_search_fields=("text",),
        place_search_title="通知里写的",
        heading=str,
        detail="funds/notice_detail.html",
        lookups=queries.notice_items,
        prepare=prepare_notice,
        papers="原件",
        needs_papers=False,
        doubt="我有意见",
        shown_below=True,
    )
)
