"""Rows of which only sums are public: no page of projects, enterprises and receptions shows one of them."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.builders import make_item
from tests.county import Places
from tests.funds import drafting, projects
from tests.portal.pages.reading import text
from tests.villages.telling import notice
from tests.villages.telling import publish as tell

pytestmark = pytest.mark.django_db
VILLAGE = "/r/360902100204/"
COUNTY = "/r/360902000000/"


def test_a_hidden_project_stands_in_no_list(client: Client, places: Places) -> None:
    make_item("MS-J03", kind="projects", level="county", names="hidden")
    projects.publish(projects.project(项目名称="残疾户房屋改造"))
    for place in (VILLAGE, COUNTY):
        assert "残疾户房屋改造" not in text(client, f"{place}projects/")


def test_a_hidden_payment_stands_on_no_project(client: Client, places: Places) -> None:
    project = projects.publish_project()
    make_item("MS-J04", kind="disbursements", level="county", names="hidden")
    projects.pay(projects.payment(收款单位="陈建华", 用途="残疾户补差", 金额="777.00"))
    page = text(client, f"/row/projects/{project.pk}/")
    assert "残疾户补差" not in page
    assert "777" not in page


def test_a_hidden_payment_to_an_enterprise_stands_in_no_list(client: Client, places: Places) -> None:
    make_item("YS-01", kind="enterprise_funds", level="county", names="hidden")
    drafting.publish("enterprise_funds", drafting.fund(备注="残疾人就业补助"))
    for query in ("?policy=技术改造补助&year=2026", f"?enterprise={drafting.CODES[0]}"):
        page = client.get(f"{COUNTY}business/{query}").content.decode()
        assert "赣西竹木" not in page
        assert "200,000" not in page


def test_a_hidden_reception_stands_in_no_list(client: Client, places: Places) -> None:
    make_item("GW-01", kind="receptions", level="township", names="hidden", section="公务消费")
    drafting.publish("receptions", drafting.reception(事由="残疾评定"))
    assert "残疾评定" not in text(client, "/r/360902100000/receptions/?period=2026-06")


def test_a_hidden_notice_stands_in_no_list(client: Client, places: Places) -> None:
    make_item("XX-02", kind="notices", level="village", names="hidden", section="信息公开")
    tell("notices", notice(标题="残疾评定结果"))
    assert "残疾评定结果" not in text(client, f"{VILLAGE}notices/")
