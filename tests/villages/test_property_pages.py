"""Pages of what a village owns and lets."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from portal.places.models import Body
from tests.builders import make_item
from tests.portal.pages.reading import VILLAGE, text
from tests.villages.books import income, publish_books
from tests.villages.property import asset, lease, publish, rent, resource
from tests.villages.telling import decision
from tests.villages.telling import publish as publish_told
from villages.models import Lease, LedgerEntry, Rent, VillageAsset, VillageResource

pytestmark = pytest.mark.django_db
ASSETS, RESOURCES, LEASES = (f"{VILLAGE}{slug}/" for slug in ("assets", "resources", "leases"))
_NOW = datetime(2026, 11, 8, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def eighth_of_november(monkeypatch: pytest.MonkeyPatch) -> date:
    """Arrears and idle months are told as of this day."""
    monkeypatch.setattr(timezone, "now", lambda: _NOW)
    return _NOW.date()


def _pond() -> None:
    """Publish the pond: half of its rent came, half of what came is missing."""
    publish("resources", resource(使用状况="发包"))
    publish("leases", lease(每年应收月日="06-30;10-15"))
    publish("rents", rent(), rent(应收日期="2026-10-15", 实收日期="", 实收金额=""))


def test_the_first_sentence_says_what_is_owed(client: Client) -> None:
    _pond()
    for path in (RESOURCES, LEASES):
        page = text(client, path)
        assert "欠 8,000 元" in page
        assert "欠 8,000 元 · 过了 24 天" in page
        assert "今年该收 16,000.00 元，已收 8,000.00 元" in page
    assert "1 样欠 8,000 元" in text(client, RESOURCES)
    assert "1 份欠 8,000 元" in text(client, LEASES)
    assert "陈*华" in text(client, LEASES)
    assert "陈建华" not in text(client, LEASES) + text(client, RESOURCES)


def test_nothing_is_owed_before_the_day_is_over(client: Client) -> None:
    publish("resources", resource(使用状况="发包"))
    publish("leases", lease(每年应收月日="11-08"))
    publish("rents", rent(应收日期="2026-11-08", 实收日期="", 实收金额="", 应收金额="16000.00"))
    page = text(client, RESOURCES)
    assert "1 样没到期" in page
    assert "下一次 11月8日到期" in page
    assert "样欠" not in page


def test_rent_of_which_nobody_wrote_is_no_debt_but_is_named(client: Client) -> None:
    publish("resources", resource(使用状况="发包"))
    publish("leases", lease(每年应收月日="06-30"))
    page = text(client, RESOURCES)
    assert "1 样没公开收没收" in page
    assert "16,000 元没公开收没收" in page
    assert "样欠" not in page


def test_what_ran_out_and_is_still_used_is_said(client: Client) -> None:
    publish("assets", asset(使用状况="出租"))
    publish("leases", lease(标的编号="ZC-1", 起始日期="2020-01-01", 终止日期="2025-06-30"))
    assert "合同到期了，还在用" in text(client, ASSETS)
    assert "1 样到期还在用" in text(client, ASSETS)
    assert "1 份到期还在用" in text(client, LEASES)
    assert "1" in text(client, f"{LEASES}?of=ended")


def test_a_contract_of_which_no_rent_was_ever_told_is_not_paid(client: Client) -> None:
    publish("leases", lease(标的编号="", 标的名称="村口空地", 计租方式="一次性", 年租金="", 每年应收月日=""))
    page = text(client, LEASES)
    assert "没公开收过租金" in page
    assert "收齐" not in page
    assert "缺台账登记" in page


def test_a_young_contract_says_when_it_begins_to_pay(client: Client) -> None:
    publish("resources", resource(使用状况="发包"))
    publish("leases", lease(起始日期="2026-10-01", 每年应收月日="03-31"))
    page = text(client, RESOURCES)
    assert "下一次 2027年3月31日到期" in page
    assert "收齐" not in page


@pytest.mark.parametrize("state", ["已续签", "已解除"])
def test_a_contract_that_was_closed_is_not_run_out(client: Client, state: str) -> None:
    publish("assets", asset(使用状况="自用"))
    publish("leases", lease(标的编号="ZC-1", 起始日期="2020-01-01", 终止日期="2025-06-30", 合同状态=state))
    page = text(client, LEASES)
    assert state in page
    assert "还在用" not in page


def test_what_stands_idle_says_since_when(client: Client) -> None:
    publish(
        "assets",
        asset(使用状况="闲置"),
        asset("ZC-2", 资产名称="碾米房", 使用状况="闲置", 盘点日期="2026-06-30"),
    )
    publish("leases", lease(标的编号="ZC-1", 起始日期="2020-01-01", 终止日期="2026-03-31"))
    page = text(client, ASSETS)
    assert "2 样空着" in page
    assert "空着 7 个月" in page
    assert "空着，6月30日盘点时就空着" in page


def test_registers_without_a_contract_and_occupied_things_are_named(client: Client) -> None:
    publish("assets", asset(使用状况="出租"), asset("ZC-2", 使用状况="被占用"))
    page = text(client, ASSETS)
    assert "写着出租，没公开合同" in page
    assert "1 样被人占着" in page
    assert "2 样缺照片" in page


@pytest.mark.parametrize(("names", "is_kept"), [("masked", True), ("full", False)])
def test_search_engines_keep_no_page_with_a_tenants_full_name(
    client: Client, names: str, is_kept: bool
) -> None:
    make_item("MS-Z07", kind="leases", level="village", period="per event", names=names)
    publish("resources", resource(使用状况="发包", 使用人="彬江油茶专业合作社"))
    publish("leases", lease(), lease("HT-2", 承租人="易家农场", 承租人类型="企业"))
    for path in (RESOURCES, LEASES):
        assert ("noindex" not in text(client, path)) is is_kept


def test_all_paid_is_said_in_green(client: Client) -> None:
    publish("resources", resource(使用状况="发包"))
    publish("leases", lease(每年应收月日="06-30", 年租金="8000.00"))
    publish("rents", rent())
    page = text(client, RESOURCES)
    assert '<section class="card ok wide">' in page
    assert "1 样收齐" in page


def test_things_are_narrowed_by_what_they_are(client: Client) -> None:
    publish("assets", asset(), asset("ZC-2", 资产名称="旋耕机", 类别="设备"))
    assert "全部 2" in text(client, ASSETS)
    page = text(client, f"{ASSETS}?of=设备")
    assert "旋耕机" in page
    assert "旧村部二层" not in page
    assert "后面没有了" in text(client, f"{ASSETS}?of=没有的", status=404)


def test_long_lists_go_on_behind_a_key(client: Client) -> None:
    publish("assets", *(asset(f"ZC-{number}", 资产名称=f"路灯{number}号") for number in range(10, 35)))
    first = text(client, ASSETS)
    assert first.count("<h2><a href") == 20
    last = VillageAsset.objects.order_by("position")[19]
    rest = text(client, f"{ASSETS}?after={last.pk.hex}")
    assert rest.count("<h2><a href") == 5
    assert "路灯34号" in rest
    assert text(client, f"{ASSETS}?after=zz", status=400)


def test_nothing_published_is_said(client: Client) -> None:
    _pond_nowhere()
    for path in (ASSETS, RESOURCES, LEASES):
        assert "还没有公开" in text(client, path)


def _pond_nowhere() -> None:
    publish("resources", resource(村代码="前白村"))
    publish("assets", asset(村代码="前白村"))
    publish("leases", lease(村代码="前白村"))


@pytest.mark.parametrize("count", [1, 25])
def test_a_page_asks_as_often_for_many_as_for_one(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    numbers = range(10, 10 + count)
    publish("resources", *(resource(f"ZY-{number}", 使用状况="发包") for number in numbers))
    publish("leases", *(lease(f"HT-{number}", 标的编号=f"ZY-{number}") for number in numbers))
    publish("rents", *(rent(f"HT-{number}") for number in numbers))
    with django_assert_max_num_queries(12):
        text(client, RESOURCES)
    with django_assert_max_num_queries(16):
        text(client, LEASES)
    for path in ("/r/360902100000/", "/r/360902000000/", "/r/360900000000/"):
        with django_assert_max_num_queries(14):
            text(client, f"{path}leases/")
        with django_assert_max_num_queries(12):
            text(client, f"{path}resources/")


def test_wider_places_say_what_is_owed_and_idle_below(client: Client) -> None:
    _pond()
    publish("assets", asset(使用状况="闲置"), asset("ZC-2", 使用状况="闲置", 村代码="前白村"))
    for path in ("/r/360902100000/", "/r/360902000000/", "/r/360900000000/"):
        page = text(client, f"{path}leases/")
        assert "欠租 8,000 元" in page
        assert "16,000" in page
        assert "2 样空着" in text(client, f"{path}assets/")
    town = text(client, "/r/360902100000/leases/")
    assert "1 个地方有欠的" in town
    assert "没公开" in town


def test_contracts_whose_rent_nobody_told_are_no_zero(client: Client) -> None:
    publish("resources", resource(使用状况="发包"))
    publish("leases", lease())
    town = text(client, "/r/360902100000/leases/")
    assert "1 个地方有合同，今年的租金一笔没公开" in town
    assert "0.00" not in town.partition("<main")[2]


def test_wider_places_count_what_ran_out_as_villages_do(client: Client) -> None:
    publish("assets", asset(使用状况="出租"), asset("ZC-2", 使用状况="出租"))
    old = {"起始日期": "2020-01-01", "终止日期": "2025-06-30"}
    publish(
        "leases",
        lease("HT-1", 标的编号="ZC-1", **old),
        lease("HT-2", 标的编号="ZC-2", **old),
        lease("HT-3", 标的编号="ZC-2", 起始日期="2025-07-01", 每年应收月日="12-31"),
    )
    assert "1 份到期还在用" in text(client, "/r/360902100000/leases/")
    assert "1 份到期还在用" in text(client, LEASES)


def test_a_things_page_shows_its_contracts_and_its_income_by_year(client: Client) -> None:
    _pond()
    publish_books(income(合同编号="HT-1", 摘要="鱼塘承包款", 金额="8000.00"))
    row = VillageResource.objects.get()
    page = text(client, f"/row/resources/{row.pk}/")
    assert "有多大" in page
    assert f"/row/leases/{Lease.objects.get().pk}/" in page
    assert "2026年</th>" in page
    assert f"/row/ledger/{LedgerEntry.objects.get().pk}/" in page
    assert "noindex" in page
    assert "这一笔我有疑问" in page


def test_a_contracts_page_shows_thing_dues_payments_and_books(client: Client) -> None:
    _pond()
    publish_books(income(合同编号="HT-1", 摘要="鱼塘承包款", 金额="8000.00"))
    page = text(client, f"/row/leases/{Lease.objects.get().pk}/")
    assert "看上坊鱼塘" in page
    assert "上坊鱼塘的出租合同</h1>" in page
    assert page.index("欠 8,000 元") < page.index("缺票据")
    assert "6月30日、10月15日" in page
    assert "欠 8,000 元 · 过了 24 天" in page
    assert all(f"/row/rents/{row.pk}/" in page for row in Rent.objects.all())
    assert "鱼塘承包款" in page


def test_a_contracts_decision_is_named_where_its_record_is_not_public(client: Client) -> None:
    publish("resources", resource())
    publish("leases", lease(事项编号="JY-2024-01"))
    page = text(client, f"/row/leases/{Lease.objects.get().pk}/")
    assert "缺决议。写了事项编号 JY-2024-01" in page
    assert "谁定的" not in page


def test_a_contract_leads_to_its_decision_once(client: Client) -> None:
    publish("resources", resource())
    publish("leases", lease(事项编号="SY-001"))
    publish_told("decisions", decision())
    page = text(client, f"/row/leases/{Lease.objects.get().pk}/")
    assert page.count("notices/?matter=SY-001") == 1
    assert page.count("村里怎么定的") == 1
    assert "缺决议" not in page


def test_a_renewal_and_what_it_follows_lead_to_each_other(client: Client) -> None:
    publish("resources", resource())
    publish(
        "leases",
        lease("HT-1", 终止日期="2025-12-31", 合同状态="已续签"),
        lease("HT-2", 起始日期="2026-01-01", 原合同编号="HT-1"),
    )
    old, new = Lease.objects.order_by("contract_no")
    assert f"/row/leases/{new.pk}/" in text(client, f"/row/leases/{old.pk}/")
    assert f"/row/leases/{old.pk}/" in text(client, f"/row/leases/{new.pk}/")


def test_a_rents_page_shows_its_contract_and_its_line_in_the_books(client: Client) -> None:
    publish("resources", resource())
    publish("leases", lease())
    publish("rents", rent(凭证号="记-002"), rent(应收日期="2026-12-31", 实收日期="", 实收金额=""))
    publish_books(income(凭证号="记-002", 摘要="鱼塘承包款", 金额="8000.00"))
    paid, unpaid = Rent.objects.order_by("due_on")
    page = text(client, f"/row/rents/{paid.pk}/")
    assert f"/row/leases/{Lease.objects.get().pk}/" in page
    assert f"/row/ledger/{LedgerEntry.objects.get().pk}/" in page
    assert "上坊鱼塘的租金</h1>" in page
    assert "还没收到" in text(client, f"/row/rents/{unpaid.pk}/")


def test_a_voucher_of_another_month_is_another_line(client: Client) -> None:
    publish("resources", resource())
    publish("leases", lease())
    publish("rents", rent(凭证号="记-002", 实收日期="2026-07-01"))
    publish_books(income(凭证号="记-002"))
    assert "没有找到这一笔" in text(client, f"/row/rents/{Rent.objects.get().pk}/")


def test_a_line_of_the_books_leads_to_its_contract(client: Client) -> None:
    publish("resources", resource())
    publish("leases", lease())
    publish_books(income(合同编号="HT-1"))
    page = text(client, f"/row/ledger/{LedgerEntry.objects.get().pk}/")
    assert f"/row/leases/{Lease.objects.get().pk}/" in page


def test_a_line_of_the_books_leads_to_the_rent_that_names_its_voucher(client: Client) -> None:
    publish("resources", resource())
    publish("leases", lease())
    publish(
        "rents", rent(凭证号="记-002"), rent(应收日期="2026-12-31", 实收日期="2026-07-01", 凭证号="记-002")
    )
    publish_books(income(凭证号="记-002"), income(凭证号="记-003"))
    first, second = LedgerEntry.objects.order_by("voucher_no")
    paid = Rent.objects.get(received_on__month=6)
    page = text(client, f"/row/ledger/{first.pk}/")
    assert f"/row/rents/{paid.pk}/" in page
    assert page.count("/row/rents/") == 1
    assert "/row/rents/" not in text(client, f"/row/ledger/{second.pk}/")


@pytest.mark.parametrize("nature", ["押金保证金", "借款还款", "代收代付"])
def test_money_that_is_not_the_villages_own_is_no_income_of_a_thing(client: Client, nature: str) -> None:
    publish("resources", resource(使用状况="发包"))
    publish("leases", lease())
    publish_books(
        income(合同编号="HT-1", 金额="4321.00"),
        income(合同编号="HT-1", 凭证号="记-002", 金额="5000.00", 款项性质=nature),
    )
    page = text(client, f"/row/resources/{VillageResource.objects.get().pk}/")
    assert '<td class="num-c" data-l="账上进的">4,321.00</td>' in page
    assert f"{nature}，不是收入" in page


def test_a_contract_of_another_village_is_not_linked(client: Client) -> None:
    _pond_nowhere()
    publish_books(income(合同编号="HT-1"))
    assert "哪份合同的钱" not in text(client, f"/row/ledger/{LedgerEntry.objects.get().pk}/")


def test_an_assets_page_says_how_it_was_disposed_of_and_what_is_missing(client: Client) -> None:
    publish("assets", asset(使用状况="已处置", 处置日期="2026-05-01", 处置方式="拍卖"))
    page = text(client, f"/row/assets/{VillageAsset.objects.get().pk}/")
    assert "怎么处置的" in page
    assert "拍卖" in page
    assert page.count("没写") >= 3


def test_things_and_tenants_are_found_in_their_village(client: Client) -> None:
    _pond()
    found = text(client, "/search?q=上坊鱼塘&region=360902100204")
    assert f"/row/resources/{VillageResource.objects.get().pk}/" in found
    tenant = text(client, "/search?q=陈*华&region=360902100204")
    assert f"/row/leases/{Lease.objects.get().pk}/" in tenant
    assert "/row/leases/" not in text(client, "/search?q=陈建华&region=360902100204")


def test_a_new_publication_shows_at_once(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    _pond()
    assert "欠 8,000 元" in text(client, RESOURCES)
    with django_capture_on_commit_callbacks(execute=True):
        publish("rents", rent(应收日期="2026-10-15", 实收日期="2026-11-01"), period="2026Q4")
    assert "1 样收齐" in text(client, RESOURCES)


def test_every_office_that_may_be_asked_is_named(client: Client) -> None:
    publish("assets", asset(村代码="前白村"))
    assert Body.objects.get(code="360902100204").name in text(client, ASSETS)


def test_a_rent_that_says_no_day_was_still_received(client: Client) -> None:
    publish("resources", resource())
    publish("leases", lease())
    publish("rents", rent(实收日期="", 减免金额="100.00"))
    page = text(client, f"/row/rents/{Rent.objects.get().pk}/")
    assert "8,000.00" in page
    assert "还没收到" not in page
    assert "凭什么少收没写" in re.sub(r"<[^>]*>", "", page)
