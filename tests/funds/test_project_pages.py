"""Pages of projects: one, the list of a place, payments, and the links between them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from funds.models import Disbursement, LivelihoodProject
from portal.imports.origins import PUBLIC_ID
from portal.places.models import Level
from portal.releases.models import DisclosedRow
from portal.releases.registry import kind
from tests.builders import body_of, make_item, make_places
from tests.funds.projects import (
    BUILDER,
    building,
    pay,
    payment,
    planned,
    project,
    publish,
    publish_project,
)
from tests.portal.pages.reading import VILLAGE, text
from tests.villages.books import folder_of, line, picture, publish_books
from tests.villages.property import asset
from tests.villages.property import publish as publish_things
from tests.villages.telling import decision
from tests.villages.telling import publish as publish_told
from villages.models import LedgerEntry, VillageAsset

pytestmark = pytest.mark.django_db

SECTION = f"{VILLAGE}projects/"
COUNTY = "/r/360902000000/projects/"
NOINDEX = '<meta name="robots" content="noindex">'


def page_of(client: Client, row: DisclosedRow, code: str) -> str:
    """Return a row's page as text."""
    return text(client, f"/row/{code}/{row.pk}/")


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Return a folder with a contract and a letter of award."""
    return folder_of(tmp_path, **{"路-合同.jpg": picture("合同"), "路-中标通知书.jpg": picture("中标")})


def test_a_project_tells_its_verdict_first_and_then_all_of_it(client: Client) -> None:
    row = publish_project(project(责任人="王小平", 监理单位="宜春诚信监理公司", 受益户数="126"))
    pay(payment(), payment(金额="195150.00", 拨付日期="2026-08-20", 凭证号="记-031"))
    page = page_of(client, row, "projects")
    assert page.index("缺中标通知书") < page.index("钱用到哪一步") < page.index("一步一步看")
    for words in (
        "48.60 万元",
        "46.23 万元",
        "33.38 万元",
        "付款 2 次",
        "138,690.00",
        "王小平",
        BUILDER,
        "126 户",
    ):
        assert words in page
    assert "决算比预算少 2.60 万元，少 5%" in page
    assert "送审时 47.00 万元，审掉 1.00 万元" in page
    assert f"?region=360902100204&amp;row=projects/{row.pk}" in page


def test_missing_documents_keep_their_place_and_present_ones_are_one_tap_away(
    client: Client, papers: Path
) -> None:
    row = publish_project(project(附件="路-合同.jpg;路-中标通知书.jpg;路-验收单.jpg"), files=papers)
    page = page_of(client, row, "projects")
    assert page.count('href="/doc/') == 2
    assert re.findall(r'class="no">.*?<b>(.*?)</b>缺', page, re.DOTALL) == ["验收单", "决算书", "审计报告"]
    assert "还有 1 份没有交来" in page
    assert "缺票据" not in page


def test_a_small_work_of_a_village_asks_for_no_audit(client: Client) -> None:
    told = {"level": Level.VILLAGE, "period": "per event", "names": "masked"}
    item = make_item("MS-Z11", kind="projects", name="村级小微工程", **told)
    row = publish_project(project(所在地代码=""), item=item, body=body_of(make_places().dapu))
    page = page_of(client, row, "projects")
    assert "审计" not in page.split("怎么公开的")[0].split("一步一步看")[1]


def test_a_payment_leads_to_its_project_and_says_how_far_it_is_paid(client: Client) -> None:
    row = publish_project()
    pay(payment(), payment(金额="195150.00", 拨付日期="2026-08-20", 凭证号="记-031", 拨付类型="进度款"))
    first = page_of(client, Disbursement.objects.get(voucher_no="记-022"), "disbursements")
    assert f'href="/row/projects/{row.pk}/"' in first
    assert "一共付了 13.87 万元" in first
    assert "付了合同的 30%" in first
    assert "付了合同的 72%" in page_of(client, Disbursement.objects.get(voucher_no="记-031"), "disbursements")


def test_refunds_are_taken_off(client: Client) -> None:
    row = publish_project()
    pay(payment(), payment(金额="38690.00", 拨付类型="退回", 凭证号="记-040", 用途="退多付的"))
    page = page_of(client, row, "projects")
    assert "付款 1 次" in page
    assert "10.00 万元" in page
    assert "−38,690.00" in page


def test_the_village_books_and_the_project_lead_to_each_other(client: Client) -> None:
    row = publish_project()
    pay(payment(凭证号="记-001"))
    publish_books(line(项目编号="XM-1", 往来单位=BUILDER, 摘要="上坊路工程款"), line(凭证号="记-002"))
    entry, other = LedgerEntry.objects.order_by("voucher_no")
    made = Disbursement.objects.get()
    assert f'href="/row/ledger/{entry.pk}/"' in page_of(client, row, "projects")
    assert f'href="/row/ledger/{entry.pk}/"' in page_of(client, made, "disbursements")
    books = page_of(client, entry, "ledger")
    assert f'href="/row/projects/{row.pk}/"' in books
    assert f'href="/row/disbursements/{made.pk}/"' in books
    assert "哪个项目的钱" not in page_of(client, other, "ledger")


def test_a_thing_and_the_project_that_made_it_lead_to_each_other(client: Client) -> None:
    row = publish_project()
    publish_things(
        "assets", asset(项目编号="XM-1"), asset("ZC-2", 项目编号="XM-9"), asset("ZC-3", 资产名称="旧水塔")
    )
    made, lost, other = VillageAsset.objects.order_by("asset_no")
    page = page_of(client, row, "projects")
    assert f"/row/assets/{made.pk}/" in page
    assert page.count("/row/assets/") == 1
    assert f'href="/row/projects/{row.pk}/"' in page_of(client, made, "assets")
    assert "没有公开这个项目" in page_of(client, lost, "assets")
    assert "哪个项目建的" not in page_of(client, other, "assets")


def test_a_project_of_a_township_leads_to_the_decision_of_the_village_that_made_it(client: Client) -> None:
    row = publish_project(project(所在地代码="彬江镇", 事项编号="SY-001"))
    publish_told("decisions", decision())
    page = page_of(client, row, "projects")
    assert page.count(f"{VILLAGE}notices/?matter=SY-001") == 1
    assert page.count("村里怎么定的") == 1
    assert "（大浦村）" in page
    assert "缺决议" not in page


@pytest.mark.parametrize("villages", [[], ["大浦村", "前白村"]])
def test_of_a_project_of_a_township_no_decision_is_said_to_be_missing(
    client: Client, villages: list[str]
) -> None:
    row = publish_project(project(所在地代码="彬江镇", 事项编号="SY-001"))
    for village in villages:
        publish_told("decisions", decision(村代码=village))
    assert "村里怎么定的" not in page_of(client, row, "projects")


def test_a_project_leads_back_to_the_section_of_its_board(client: Client) -> None:
    row = publish_project(project(板块="乡村振兴"))
    assert f'href="{VILLAGE}revitalization/"' in page_of(client, row, "projects")
    assert "上坊路" in text(client, f"{VILLAGE}revitalization/")
    assert "还没有公开项目" in text(client, SECTION)


def test_a_village_lists_its_projects_by_how_far_they_are(client: Client) -> None:
    publish(
        project(),
        planned(项目编号="XM-2", 项目名称="文化广场"),
        building(项目编号="XM-3", 项目名称="水渠"),
    )
    pay(payment())
    page = text(client, SECTION)
    assert page.index("正在做<small") < page.index("还没开工") < page.index("做完了<small")
    assert "付了合同的 30%" in page
    assert "没有晚的，也不缺决算" in page
    assert "145.80<i>万元</i>" in page
    assert "13.87<i>万元</i>" in page


def test_late_projects_and_missing_accounts_are_counted_and_can_be_listed(client: Client) -> None:
    late = {"计划竣工": "2025-08-20", "计划开工": ""}
    without = {"状态": "完工", "送审金额": "", "决算金额": "", "决算审定日期": ""}
    old = {"采购公告日期": "", "中标日期": "", "合同签订日期": "", "实际竣工": "2024-05-01", "验收日期": ""}
    publish(
        building(项目编号="XM-2", 项目名称="水渠", **late),
        project(项目编号="XM-3", 项目名称="路灯", 计划开工="", 计划竣工="", **(without | old)),
        planned(项目编号="XM-4", 项目名称="广场", 所在地代码="前白村"),
    )
    page = text(client, COUNTY)
    assert "有 1 个缺决算" in page
    assert "还有 1 个过了工期没完工" in page
    unsettled = text(client, f"{COUNTY}?state=unsettled")
    assert "路灯" in unsettled
    assert "水渠" not in unsettled
    assert "水渠" in text(client, f"{COUNTY}?state=late")
    assert "前白村" in text(client, f"{COUNTY}?state=planned")
    assert "路灯" in text(client, f"{COUNTY}?year=2024")
    assert "水渠" not in text(client, f"{COUNTY}?year=2024")
    assert "广场" not in text(client, SECTION)


def test_a_city_shows_the_projects_of_its_counties(client: Client) -> None:
    publish(planned())
    assert "上坊路" in text(client, "/r/360900000000/projects/")
    assert "上坊路" in text(client, "/r/360902100000/projects/")
    assert "还没有公开项目" in text(client, "/r/360902101000/projects/")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("state=nothing", 400),
        ("year=20x6", 400),
        ("year=1066", 400),
        ("after=1", 400),
        ("year=2011", 404),
        ("state=stopped", 404),
        ("from=wechat", 200),
    ],
)
def test_addresses_that_mean_nothing_are_answered_kindly(client: Client, query: str, status: int) -> None:
    publish(planned())
    text(client, f"{SECTION}?{query}", status=status)


def test_a_long_list_is_read_page_by_page(client: Client) -> None:
    publish(*(planned(项目编号=f"XM-{number}", 项目名称=f"第{number}号路") for number in range(1, 46)))
    seen: list[str] = []
    href = COUNTY
    while href:
        page = text(client, href)
        seen += re.findall(r"第\d+号路", page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        href = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 45
    assert seen[0] == "第45号路"


@pytest.mark.parametrize("count", [2, 30])
@pytest.mark.parametrize("path", [SECTION, COUNTY, f"{COUNTY}?state=planned&year=2026", "row"])
def test_a_page_asks_as_much_for_many_as_for_one(
    client: Client, path: str, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    publish(
        *(
            planned(项目编号=f"XM-{number}", 项目名称=f"路{number}", 计划开工="2026-05-01")
            for number in range(count)
        )
    )
    pay(*(payment(项目编号="XM-1", 凭证号=f"记-{number}") for number in range(count)))
    row = LivelihoodProject.objects.get(project_no="XM-1")
    with django_assert_max_num_queries(30 if path == "row" else 12):
        text(client, f"/row/projects/{row.pk}/" if path == "row" else path)


def test_projects_are_found_by_name_anywhere_and_builders_in_their_place(client: Client) -> None:
    publish_project()
    assert "上坊路" in client.get("/search", {"q": "上坊路"}).content.decode()
    assert "上坊路" in client.get("/search", {"q": "XM-1"}).content.decode()
    found = client.get("/search", {"q": "赣袁", "region": "360902100204"}).content.decode()
    assert "赣袁" in found.split("</form>")[-1]


def test_a_correction_shows_before_and_after_and_the_newest_is_linked(client: Client) -> None:
    old = publish_project(building())
    blank = {column.header: "" for column in kind("projects").columns}
    exported = blank | building(合同金额="470000.00") | {PUBLIC_ID.header: str(old.pk)}
    publish(exported, corrects=old.release, reason="合同写错了", batch=1)
    new = LivelihoodProject.objects.public().get()
    assert new.pk != old.pk
    page = page_of(client, new, "projects")
    assert "改过 1 次" in page
    assert f'href="/row/projects/{new.pk}/"' in text(client, SECTION)


def test_only_private_builders_are_masked(client: Client) -> None:
    row = publish_project(project(中标单位="彭水生"))
    page = page_of(client, row, "projects") + text(client, SECTION)
    assert "彭*生" in page
    assert "彭水生" not in page


def test_a_place_without_projects_says_so(client: Client) -> None:
    make_places()
    assert "还没有公开项目" in text(client, SECTION)


@pytest.mark.parametrize(
    ("names", "winner", "is_kept_out"),
    [("full", "陈建华", True), ("masked", "陈建华", False), ("full", BUILDER, False)],
)
def test_a_list_that_names_a_person_in_full_is_for_no_search_engine(
    client: Client, names: str, winner: str, is_kept_out: bool
) -> None:
    make_item("MS-J03", kind="projects", level="county", names=names)
    publish_project(project(中标单位=winner))
    assert (NOINDEX in text(client, "/r/360902100204/projects/")) == is_kept_out


def test_pages_of_projects_and_payments_may_name_people(client: Client) -> None:
    row = publish_project()
    payment_row = Disbursement.objects.get(release=pay(payment()))
    assert NOINDEX in text(client, f"/row/projects/{row.pk}/")
    assert NOINDEX in text(client, f"/row/disbursements/{payment_row.pk}/")
