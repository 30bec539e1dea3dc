"""What the sections 乡村振兴 and 营商环境 show of other kinds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from funds import boards
from funds.models import Programme, Standard
from portal.catalogue.models import CatalogueItem
from portal.places.models import Region
from portal.releases.models import Release, State
from tests.builders import (
    add_rows,
    body_of,
    make_item,
    make_lines,
    make_places,
    make_release,
    start_release,
    walk,
)
from tests.county import Places
from tests.funds.projects import project, publish_project
from tests.portal.pages.reading import VILLAGE, text
from tests.villages.property import asset
from tests.villages.property import publish as publish_things

pytestmark = pytest.mark.django_db
COUNTY = "/r/360902000000/"


def item_of(code: str, kind: str, section: str, **more: Any) -> CatalogueItem:
    told = {"level": "county", "period": "per event"} | more
    return make_item(code, kind=kind, section=section, **told)


def publish_masters(item: CatalogueItem, *rows: dict[str, Any]) -> Release:
    """Publish rows of a master of the county."""
    county = make_places().county
    batch = Release.objects.count() + 1
    release = start_release(item=item, body=body_of(county), batch=batch)
    add_rows(release, [{"region": county, **row} for row in rows])
    return walk(release, State.PUBLISHED)


def programme(code: str = "XC-2026", name: str = "衔接资金") -> dict[str, Any]:
    return {"code": code, "name": name, "department": "区农业农村局"}


def standard(name: str = "技改奖补", **more: Any) -> dict[str, Any]:
    return {
        "programme_code": "HQ-1",
        "name": name,
        "unit": "户",
        "rate": "20000",
        "start_on": date(2026, 1, 1),
    } | more


def test_revitalization_shows_its_programmes_in_every_place_of_the_county(client: Client) -> None:
    publish_masters(item_of("XC-01", "programmes", "乡村振兴"), programme())
    publish_masters(item_of("MS-J01", "programmes", "民生资金"), programme("MS-1", "别的资金"))
    row = Programme.objects.get(code="XC-2026")
    for place in (VILLAGE, COUNTY):
        page = text(client, f"{place}revitalization/")
        assert f"/row/programmes/{row.pk}/" in page
        assert "别的资金" not in page


def test_revitalization_tells_what_was_paid_to_households_and_leads_there(client: Client) -> None:
    item = make_item("XC-04", section="乡村振兴", name="公益性岗位补贴")
    make_release(lines=make_lines(4), item=item)
    make_release(lines=make_lines(2))
    page = text(client, f"{VILLAGE}revitalization/")
    href = f"{VILLAGE}subsidies/?year=2026&amp;programme=GD-2026"
    assert f'href="{href}"' in page
    assert "1,125<i>元</i>" in page
    assert "4 笔" in page
    text(client, href.replace("&amp;", "&"))


def test_a_sum_over_two_persons_whose_names_are_hidden_is_not_told(client: Client) -> None:
    item = make_item("XC-05", section="乡村振兴", names="hidden")
    make_release(lines=make_lines(2), item=item)
    page = text(client, f"{VILLAGE}revitalization/")
    assert "人少，不公开" in page
    assert 'class="amt"' not in page[page.index("发到户的钱") :].partition("</section>")[0]


def test_revitalization_leads_to_the_things_built_with_its_money(client: Client) -> None:
    relief = make_item(
        "XC-03", kind="assets", section="乡村振兴", level="village", period="yearly", names="masked"
    )
    publish_things("assets", asset(), asset("ZC-2"), item=relief)
    publish_things("assets", asset("ZC-3"))
    publish_things("assets", asset("ZC-4", 村代码="前白村"), item=relief, batch=2)
    for place, count in ((VILLAGE, 2), (COUNTY, 3)):
        page = text(client, f"{place}revitalization/")
        assert f'href="{place}assets/">看村里的房和物，这样的有 {count} 样<' in page


def test_business_shows_policies_in_force(client: Client) -> None:
    item = item_of("YS-02", "standards", "营商环境")
    publish_masters(
        item,
        standard(),
        standard("旧政策", start_on=date(2020, 1, 1), end_on=date(2021, 1, 1)),
    )
    publish_masters(item_of("MS-P01", "standards", "民生资金"), standard("别的标准"))
    row = Standard.objects.get(name="技改奖补")
    page = text(client, f"{VILLAGE}business/")
    assert "给企业的政策" in page
    assert f"/row/standards/{row.pk}/" in page
    assert "旧政策" not in page
    assert "别的标准" not in page


def test_business_shows_what_offices_bought_here_and_below(client: Client) -> None:
    item = item_of("YS-06", "projects", "营商环境", names="masked")
    row = publish_project(project(项目编号="CG-1", 项目名称="办公楼空调采购"), item=item)
    publish_project(project(项目编号="XM-2", 项目名称="别的路"))
    page = text(client, f"{COUNTY}business/")
    assert f"/row/projects/{row.pk}/" in page
    assert "1 个，预算一共 48.60 万元" in page
    assert "别的路" not in page
    assert "政府采购和交易" not in text(client, "/r/360902101000/business/")


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(("gather", "most"), [(boards.revitalization, 4), (boards.business, 3)])
def test_it_costs_the_same_whatever_there_is(
    places: Places,
    gather: Callable[[Region, Any], dict[str, Any]],
    most: int,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    publish_masters(
        item_of("XC-01", "programmes", "乡村振兴"), *(programme(f"XC-{one}") for one in range(count))
    )
    publish_masters(
        item_of("YS-02", "standards", "营商环境"), *(standard(f"第{one}种") for one in range(count))
    )
    publish_project(item=item_of("YS-06", "projects", "营商环境", names="masked"))
    make_release(lines=make_lines(count), item=make_item("XC-04", section="乡村振兴"))
    with django_assert_max_num_queries(most):
        gather(places.county, None)
