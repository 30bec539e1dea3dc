"""A county on one sheet: coverage, standing, map, money, and what other rooms add."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from complaints.models import Office
from portal.columns.periods import Period
from portal.duties.models import Participation
from portal.pages import store
from portal.releases.models import State
from tests.builders import body_of, make_item, make_lines, make_places, make_release, start_release, walk
from tests.funds.projects import pay, payment, planned
from tests.funds.projects import publish as publish_projects
from tests.portal.overview.owing import days_ago, office, owe
from tests.villages.property import lease, rent, resource
from tests.villages.property import publish as publish_property

pytestmark = pytest.mark.django_db


def page(client: Client, code: str) -> str:
    answer = client.get(f"/duties/county/?region={code}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_who_takes_part_and_who_published_lately(client: Client) -> None:
    places = make_places()
    Participation.objects.create(region=places.binjiang, start_on=days_ago(90), with_below=True)
    Participation.objects.create(region=places.xicun, start_on=days_ago(90), with_below=False)
    make_release(lines=make_lines(1), at=timezone.now())
    make_release(lines=make_lines(1, region=places.qianbai), period="2025")
    found = page(client, places.county.code)
    assert "<dt>按目录公开的乡镇</dt><dd>2 个里 2 个</dd>" in found
    assert "<dt>按目录公开的村</dt><dd>6 个里 3 个</dd>" in found
    assert "<dt>最近一个月有公开的村</dt><dd>1 个 16%</dd>" in found


def test_a_declared_nothing_is_a_sign_of_life(client: Client) -> None:
    places = make_places()
    item = make_item("MS-X09", level="village", period="monthly")
    draft = start_release(item=item, body=body_of(places.dapu), period="2026-10", is_nil=True)
    walk(draft, State.PUBLISHED, at=timezone.now())
    assert "<dd>1 个 16%</dd>" in page(client, places.county.code)


def test_every_township_has_a_tile_with_its_number_and_shape(client: Client) -> None:
    places = make_places()
    for number in range(1, 11):
        owe(places.dapu, 10, met=10 if number > 1 else None, number=number)
    found = page(client, places.county.code)
    tiles = re.search(r'<nav class="map.*?</nav>', found, re.DOTALL)
    assert tiles
    assert re.findall(r'class="(q\d)".*?</svg>\s*([^<]*)<b>([^<]*)</b>', tiles[0], re.DOTALL) == [
        ("q3", "彬江", "90"),
        ("q0", "西村", "没开始"),
    ]


def test_the_items_missing_most_are_named(client: Client) -> None:
    places = make_places()
    owe(places.dapu, 10)
    owe(places.qianbai, 10)
    owe(places.binjiang, 10, kind="receptions", number=2)
    found = page(client, places.county.code)
    assert re.findall(r'<b>([^<]*)</b><span class="amt">(\d)<i>项', found) == [
        ("村集体财务收支逐笔明细", "2"),
        ("国内公务接待逐次明细", "1"),
    ]


def test_money_stands_by_section_of_this_year(client: Client) -> None:
    places = make_places()
    year = timezone.localdate().year
    make_release(lines=make_lines(3), period=str(year))
    make_release(lines=make_lines(9), period=str(year - 1), batch=2)
    found = page(client, places.county.code)
    assert f"{year}年公开的钱" in found
    assert '<b>补贴</b><span class="amt">675<i>元</i></span><small>3 笔</small>' in found


def test_works_count_what_was_paid_and_by_board(client: Client) -> None:
    county = make_places().county
    year = timezone.localdate().year
    told = {"period": Period.parse(str(year))}
    publish_projects(planned(), planned(项目编号="XM-2", 板块="乡村振兴"), planned(项目编号="XM-3"), **told)
    pay(payment(金额="30000.00"), payment(项目编号="XM-2", 金额="20000.00"), **told)
    pay(payment(凭证号="记-023", 金额="5000.00"), batch=2, **told)
    found = page(client, county.code)
    assert '<b>工程项目</b><span class="amt">35,000<i>元</i></span><small>2 笔</small>' in found
    assert '<b>乡村振兴</b><span class="amt">20,000<i>元</i></span><small>1 笔</small>' in found


def test_a_deposit_is_no_rent(client: Client) -> None:
    places = make_places()
    period = str(timezone.localdate().year)
    publish_property("resources", resource(), period=period)
    publish_property("leases", lease(), period=period)
    publish_property("rents", rent(), rent(费用项目="押金", 实收金额="5000.00"), period=period)
    found = page(client, places.county.code)
    assert '<b>出租和租金</b><span class="amt">8,000<i>元</i></span><small>1 笔</small>' in found


def test_reports_are_told_as_the_ledger_tells_them(client: Client) -> None:
    places = make_places()
    assert "<h2>举报</h2>" not in page(client, places.county.code)
    commission = office("袁州区纪委监委", "09")
    Office.objects.create(body=commission)
    store.drop_all()
    found = page(client, places.county.code)
    assert "<h2>举报</h2>" in found
    assert re.findall(r"<dt>(收到|办完|超期没答复)</dt><dd>([^<]*)</dd>", found)[0][0] == "收到"


def test_a_village_has_no_sheet(client: Client) -> None:
    dapu = make_places().dapu
    assert client.get(f"/duties/county/?region={dapu.code}").status_code == 404


@pytest.mark.parametrize("many", [1, 12])
def test_it_costs_the_same_whatever_its_size(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, many: int
) -> None:
    places = make_places()
    for number in range(1, many + 1):
        for region in (places.dapu, places.guoqiao, places.county):
            owe(region, 3, number=number)
            owe(region, 60, met=70, number=number)
    store.drop_all()
    with django_assert_max_num_queries(11):
        page(client, places.county.code)


def test_places_lead_to_it_and_to_the_list(client: Client) -> None:
    places = make_places()
    owe(places.dapu, 3)
    found = client.get(f"/r/{places.county.code}/").content.decode()
    assert f'href="/duties/?region={places.county.code}"' in found
    assert f'href="/duties/county/?region={places.county.code}"' in found
    assert 'href="/duties/"' in client.get("/").content.decode()
