"""From a payment to its standard and on to the text behind it, and all the way back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from funds import policies
from funds.models import EnterpriseFund, Notice, Payment
from portal.releases.models import DisclosedRow
from tests.builders import (
    Line,
    make_cast,
    make_item,
    make_places,
    make_programme,
    make_release,
    make_standard,
)
from tests.funds.drafting import fund
from tests.funds.drafting import publish as publish_funds
from tests.portal.pages.reading import text
from tests.villages.telling import notice
from tests.villages.telling import publish as publish_told

pytestmark = pytest.mark.django_db
NUMBER = "示农〔2026〕3号"
D = Decimal


def publish_notice(number: str = NUMBER, **cells: str) -> Notice:
    """Return a public notice of the county that is known by a number."""
    told = {"标题": "关于耕地补贴标准的通知", "地区代码": "袁州区", "文号": number} | cells
    item = make_item("XX-03", kind="notices", section="信息公开", level="county")
    (release,) = publish_told(
        "notices",
        notice(**told),
        place=make_places().county,
        by=make_cast().county_clerk,
        item=item,
        batch=Notice.objects.count() + 1,
    )
    return Notice.objects.get(release=release)


def pay(**more: Any) -> Payment:  # Any: fields of a line
    """Return one public payment of 2026."""
    return Payment.objects.get(release=make_release(lines=[Line(**more)]))


def page_of(client: Client, row: DisclosedRow, code: str) -> str:
    return text(client, f"/row/{code}/{row.pk}/")


def test_a_payment_leads_to_the_very_standard_it_was_paid_by(client: Client) -> None:
    old = make_standard(rate=D("110.00"), start_on=date(2025, 1, 1), end_on=date(2026, 1, 1))
    new, other = make_standard(), make_standard(name="种粮补贴")
    page = page_of(client, pay(), "payments")
    assert f"/standards/{new.pk}/" in page
    assert not any(f"/standards/{one.pk}/" in page for one in (old, other))


def test_where_the_standard_changed_within_the_period_the_rate_tells_which(client: Client) -> None:
    first = make_standard(end_on=date(2026, 7, 1))
    second = make_standard(rate=D("120.00"), start_on=date(2026, 7, 1))
    page = page_of(client, pay(), "payments")
    assert f"/standards/{first.pk}/" in page
    assert f"/standards/{second.pk}/" not in page


@pytest.mark.parametrize("rate", [None, D("115.00")])
def test_where_nothing_tells_which_the_payment_leads_to_all(client: Client, rate: Decimal | None) -> None:
    make_standard(end_on=date(2026, 7, 1))
    make_standard(rate=D("120.00"), start_on=date(2026, 7, 1))
    page = page_of(client, pay(rate=rate), "payments")
    assert "/standards/0" not in page  # ids are times, and begin so
    assert "/standards/?region=360902000000&amp;programme=GD-2026" in page


def test_a_standard_of_another_place_paid_nothing_here() -> None:
    places = make_places()
    payment = pay()
    make_standard(region=places.guoqiao)
    assert policies.standard_of(places.dapu, payment) is None
    own = make_standard(region=places.dapu, rate=D("113.00"))
    found = policies.standard_of(places.dapu, payment)
    assert found is not None
    assert found.id == own.pk


def test_payment_standard_and_programme_lead_to_the_text(client: Client) -> None:
    programme, standard = make_programme(document_no=NUMBER), make_standard(document_no=NUMBER)
    payment, told = pay(), publish_notice()
    rows: list[tuple[DisclosedRow, str]] = [
        (payment, "payments"),
        (standard, "standards"),
        (programme, "programmes"),
    ]
    for row, code in rows:
        page = page_of(client, row, code)
        assert f"/row/notices/{told.pk}/" in page
        assert NUMBER in page
    assert text(client, f"/standards/{standard.pk}/").count(f"/row/notices/{told.pk}/") == 2


def test_the_number_on_a_payment_stands_before_that_of_its_standard(client: Client) -> None:
    make_standard(document_no=NUMBER)
    payment = pay(more={"document_no": "示农〔2026〕9号"})
    of_standard, own = publish_notice(), publish_notice("示农〔2026〕9号", 标题="补发的通知")
    page = page_of(client, payment, "payments")
    assert f"/row/notices/{own.pk}/" in page
    assert f"/row/notices/{of_standard.pk}/" not in page


def test_a_number_without_a_public_notice_is_told_plainly(client: Client) -> None:
    standard = make_standard(document_no=NUMBER)
    publish_notice("示农〔2026〕30号")
    for path in (f"/row/standards/{standard.pk}/", f"/standards/{standard.pk}/"):
        page = text(client, path)
        assert NUMBER in page
        assert "/row/notices/" not in page
    assert "原文没有在这里公开" in page_of(client, pay(), "payments")


def test_what_names_no_number_says_nothing_of_a_text(client: Client) -> None:
    assert "凭哪个文件" not in page_of(client, make_standard(), "standards")


def test_support_of_an_enterprise_and_its_text_lead_to_each_other(client: Client) -> None:
    publish_funds("enterprise_funds", fund(政策文号=NUMBER))
    row, told = EnterpriseFund.objects.get(), publish_notice()
    assert f"/row/notices/{told.pk}/" in page_of(client, row, "enterprise_funds")
    (policy,) = policies.naming(told.region, told)["policies"]
    assert policy.href.replace("&", "&amp;") in page_of(client, told, "notices")
    assert "宜春赣西竹木有限公司" in text(client, policy.href)


def test_a_notice_leads_to_what_names_its_number(client: Client) -> None:
    told = publish_notice()
    programme, standard = make_programme(document_no=NUMBER), make_standard(document_no=NUMBER)
    other = make_standard(name="种粮补贴", document_no="示农〔2026〕4号")
    page = page_of(client, told, "notices")
    assert "按这个文件发的钱" in page
    assert f"/row/programmes/{programme.pk}/" in page
    assert f"/row/standards/{standard.pk}/" in page
    assert f"/row/standards/{other.pk}/" not in page


def test_a_notice_without_a_number_leads_nowhere(client: Client) -> None:
    make_standard()
    assert "按这个文件发的钱" not in page_of(client, publish_notice(""), "notices")


def test_a_standard_leads_to_what_was_paid(client: Client) -> None:
    standard = make_standard()
    assert "/subsidies/" not in text(client, f"/standards/{standard.pk}/")
    make_programme()
    pay()
    here = "/r/360902000000/subsidies/?year=2026&amp;programme=GD-2026"
    assert f'href="{here}"' in text(client, f"/standards/{standard.pk}/")
    assert "耕地地力保护补贴" in text(client, here.replace("&amp;", "&"))


@pytest.mark.parametrize("count", [1, 12])
def test_it_costs_the_same_however_many_name_a_number(
    django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    county = make_places().county
    payment, told = pay(), publish_notice()
    for number in range(count):
        make_standard(name=f"第{number}种", document_no=NUMBER)
    with django_assert_max_num_queries(3):
        policies.naming(county, told)
    with django_assert_max_num_queries(2):
        policies.of_payment(payment.region, payment)
