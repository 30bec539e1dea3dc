"""Declares the kinds of funds to the registry."""

from __future__ import annotations

from funds import queries
from funds.columns.notices import NOTICE
from funds.columns.payments import PAYMENT
from funds.columns.programmes import PROGRAMME
from funds.columns.standards import STANDARD
from funds.models import Notice, Payment, Programme, Standard
from funds.preparing.notices import prepare_notice
from funds.preparing.payments import prepare_payment, prepare_programme, prepare_standard
from funds.settling import (
    overlapping_standards,
    settle_corrections,
    settle_programmes,
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
        code="notices",
        title="信息公开",
        model=Notice,
        template="funds/notice_row.html",
        columns=NOTICE,
        section="notices",
        event_on="issued_on",
        search_fields=("title", "document_no", "text"),
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
