from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from funds.models import Reception
from funds.reception_books import spoken_of
from portal.places.models import Body
from tests.county import Places
from tests.funds.drafting import declare_none, item_of, publish, publish_meal_standard, reception
from tests.portal.duties.owed import make_duty
from tests.portal.pages.reading import text
from tests.villages.books import draft_books, folder_of, line, picture, publish_books
from villages.models import LedgerEntry

pytestmark = pytest.mark.django_db
TOWN = "/r/360902100000/receptions/"
PAPERS = ("公函.jpg", "申请单.jpg", "菜单.jpg", "转账.jpg", "发票.jpg")


def _row(client: Client, **told: str) -> str:
    return text(client, f"/row/receptions/{Reception.objects.get(**told).pk}/")


def _folder(path: Path, *names: str) -> Path:
    return folder_of(path, **{name: picture(name) for name in names})


def test_a_missing_document_is_named_first_and_keeps_its_tile(
    client: Client, places: Places, tmp_path: Path
) -> None:
    publish("receptions", reception(发票=""), files=_folder(tmp_path, *PAPERS[:3]))
    page = _row(client)
    assert "5 样凭证缺 2 样" in page
    assert "缺转账凭证、发票。" in page
    assert page.index("5 样凭证缺 2 样") < page.index("谁来的")
    assert page.count('<li class="no">') == 2
    assert page.count("-s") >= 3
    assert "该由：彬江镇人民政府" in page


def test_five_documents_are_all_right(client: Client, places: Places, tmp_path: Path) -> None:
    publish("receptions", reception(), files=_folder(tmp_path, *PAPERS))
    page = _row(client)
    assert "5 样凭证都齐" in page
    assert '<li class="no">' not in page
    assert page.count("/1-s") == 5


def test_one_scan_of_all_papers_stands_for_each(client: Client, places: Places, tmp_path: Path) -> None:
    names = dict.fromkeys(("公函", "申请单", "账单或菜单", "转账凭证", "发票"), "全部.jpg")
    publish("receptions", reception(**names), files=_folder(tmp_path, "全部.jpg"))
    assert "5 样凭证都齐" in _row(client)


def test_a_row_says_what_a_guest_and_a_meal_cost(client: Client, places: Places) -> None:
    publish("receptions", reception(餐费="320.00", 住宿费="40.00"))
    page = _row(client)
    assert "<dt>每个来的人</dt><dd>60.00 元</dd>" in page
    assert "<dt>每人每餐</dt><dd>40.00 元</dd>" in page
    assert "不超过" not in page


@pytest.mark.parametrize(("companions", "says"), [("3", False), ("4", True)])
def test_the_limit_of_companions_stands_beside_their_number(
    client: Client, places: Places, companions: str, says: bool
) -> None:
    publish("receptions", reception(陪同人数=companions))
    page = _row(client)
    assert f"来 6 人，陪 {companions} 人" in page
    assert "<dt>最多陪几个</dt><dd>3 人</dd>" in page
    assert ("陪的人比规定多 1 个" in page) is says
    assert "第十条" in page


@pytest.mark.parametrize(("rate", "says"), [("45", False), ("44.99", True)])
def test_a_published_standard_stands_beside_the_meal(
    client: Client, places: Places, rate: str, says: bool
) -> None:
    publish_meal_standard(rate=rate)
    publish("receptions", reception())
    page = _row(client)
    assert f"每人每餐不超过 {rate} 元" in page
    assert ("每人每餐也超过标准" in page) is says


def test_a_place_says_how_many_receptions_lack_papers(client: Client, places: Places, tmp_path: Path) -> None:
    whole = reception(接待编号="2", 来访单位="区水利局")
    publish("receptions", reception(发票=""), whole, files=_folder(tmp_path, *PAPERS))
    page = text(client, TOWN)
    assert "1 次接待缺凭证" in page
    assert "该由：彬江镇人民政府" in page
    assert '<span class="no">缺发票</span>' in page
    assert "720.00<i>元</i>" in page


def test_a_place_whose_papers_are_all_there(client: Client, places: Places, tmp_path: Path) -> None:
    publish("receptions", reception(), files=_folder(tmp_path, *PAPERS))
    assert "凭证都齐" in text(client, TOWN)


def test_a_declared_month_is_empty_and_a_missing_one_is_missing(client: Client, places: Places) -> None:
    publish("receptions", reception(接待日期="2026-04-10"), period="2026-04")
    declare_none(places.binjiang, period="2026-05")
    publish("receptions", reception(接待编号="3"), period="2026-06")
    declare_none(places.binjiang, period="2026-07")
    make_duty(places.binjiang, date(2026, 9, 28), item=item_of("receptions"), start_on=date(2026, 8, 1))
    page = text(client, TOWN)
    assert "<b>5月</b><span>没有接待</span>" in page
    assert '<b>8月</b><span class="no">没公开</span>' in page
    assert "<b>9月</b><span>没有写</span>" in page
    assert "<b>3月</b>" not in page
    assert "这个月没有接待" in text(client, f"{TOWN}?period=2026-05")
    assert client.get(f"{TOWN}?period=2026-08").status_code == 404


def test_a_year_without_any_reception_is_said_to_be_declared(client: Client, places: Places) -> None:
    declare_none(places.dapu, period="2026Q2", item="GW-06")
    page = text(client, f"/r/{places.dapu.code}/receptions/")
    assert "2026年公开的月份没有接待" in page
    assert "声明过，不是漏了" in page
    assert "还没有公开接待" in text(client, f"/r/{places.qianbai.code}/receptions/")


def test_a_village_that_had_none_does_not_speak_for_its_township(client: Client, places: Places) -> None:
    declare_none(places.dapu, period="2026Q2", item="GW-06")
    page = text(client, TOWN)
    assert "还没有公开接待" in page
    assert "不是漏了" not in page
    assert "没有接待，声明过" in page


def test_a_township_lists_its_villages_with_what_they_said(client: Client, places: Places) -> None:
    declare_none(places.dapu, period="2026Q2", item="GW-06")
    publish("receptions", reception(), reception(地区代码="前白村", 接待编号="2", 餐费="80", 总金额="80"))
    page = text(client, TOWN)
    places_card = page[page.index("往下看") :]
    assert "没有接待，声明过" in places_card
    assert "80.00<i>元</i>" in places_card
    assert places_card.count("没公开") == 1 + page[page.index("一个月一个月看") :].count("没公开")


def test_one_units_receptions_are_chosen(client: Client, places: Places) -> None:
    publish(
        "receptions", reception(), reception(接待编号="2", 接待单位="彬江镇财政所", 总金额="90", 餐费="90")
    )
    page = text(client, f"{TOWN}?period=2026&unit=彬江镇财政所")
    assert "彬江镇财政所的接待" in page
    assert "90.00<i>元</i>" in page
    assert "360.00" not in page
    assert client.get(f"{TOWN}?unit=别的单位").status_code == 404


@pytest.mark.parametrize("query", ["?period=2026Q1", "?period=x", "?after=1"])
def test_an_address_that_cannot_be_read_says_so(client: Client, places: Places, query: str) -> None:
    publish("receptions", reception())
    assert client.get(TOWN + query).status_code == 400


def test_wide_places_tell_one_unit(client: Client, places: Places) -> None:
    publish("receptions", reception(餐费="120000.00", 总金额="120000.00"))
    county = text(client, f"/r/{places.county.code}/receptions/")
    assert "12.00<i>万元</i>" in county
    assert "120,000.00<i>元</i>" in county[county.index("一次一次看") :]
    assert "12.00<i>万元</i>" in text(client, f"/r/{places.city.code}/receptions/")


def test_receptions_come_page_by_page(client: Client, places: Places) -> None:
    rows = [
        reception(接待编号=str(n), 来访单位=f"第{n}局", 接待日期=f"2026-06-{n:02d}") for n in range(1, 26)
    ]
    publish("receptions", *rows)
    first = text(client, TOWN)
    assert "第25局" in first
    assert "第5局" not in first
    more = first[first.index("?period=2026&amp;after=") :].split('"')[0].replace("&amp;", "&")
    second = text(client, TOWN + more)
    assert "第5局" in second
    assert "第25局" not in second


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize("place", ["city", "county", "binjiang", "dapu"])
def test_pages_ask_a_bounded_number_of_queries(
    client: Client,
    places: Places,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    count: int,
    place: str,
) -> None:
    rows = [reception(接待编号=str(n), 地区代码="大浦村", 来访单位=f"第{n}局") for n in range(count)]
    publish("receptions", *rows)
    with django_assert_max_num_queries(18):
        text(client, f"/r/{getattr(places, place).code}/receptions/?period=2026")


def test_a_villages_reception_and_its_ledger_line_lead_to_each_other(client: Client, places: Places) -> None:
    publish("receptions", reception(地区代码="大浦村", 凭证号="记-009"))
    paid = line(凭证号="记-009", 摘要="验收工作餐", 金额="360.00", 日期="2026-06-25")
    publish_books(line(), paid, line(凭证号="记-009", 摘要="别的事", 金额="50.00", 日期="2026-06-20"))
    entry, reception_row = LedgerEntry.objects.get(summary="验收工作餐"), Reception.objects.get()
    page = _row(client)
    assert "账本里的这一笔" in page
    assert f"/row/ledger/{entry.pk}/" in page
    assert "别的事" not in page
    back = text(client, f"/row/ledger/{entry.pk}/")
    assert "这是一次接待" in back
    assert f"/row/receptions/{reception_row.pk}/" in back
    assert "这是一次接待" not in text(
        client, f"/row/ledger/{LedgerEntry.objects.get(voucher_no='记-001').pk}/"
    )


def test_a_voucher_that_is_not_in_the_books_is_said_to_be_missing(client: Client, places: Places) -> None:
    publish("receptions", reception(地区代码="大浦村", 凭证号="记-099"))
    draft_books(line(凭证号="记-099", 金额="360.00"))
    assert "账本里没有找到凭证 记-099" in _row(client)


def test_a_line_of_another_amount_says_so(client: Client, places: Places) -> None:
    publish("receptions", reception(地区代码="大浦村", 凭证号="记-009"))
    publish_books(line(凭证号="记-009", 金额="300.00", 日期="2026-06-25"))
    assert "和接待的钱不一样" in _row(client)


def test_a_row_leads_back_to_its_month(client: Client, places: Places) -> None:
    publish("receptions", reception())
    page = _row(client)
    assert 'href="/r/360902100000/receptions/?period=2026-06"' in page
    assert "6月的接待" in page
    assert client.get(f"{TOWN}?period=2026-06").status_code == 200


def test_receptions_are_found_by_guests_and_in_their_township_by_reason(
    client: Client, places: Places
) -> None:
    publish("receptions", reception())
    assert "市<mark>农业农村局</mark>：高标准农田验收" in text(client, "/search?q=农业农村局")
    assert "验收" in text(client, f"/search?q=验收&region={places.binjiang.code}")


def test_only_what_is_a_duty_is_owed_and_by_its_own_day(places: Places) -> None:
    declare_none(places.binjiang, period="2026-07")
    due = date(2026, 9, 28)
    make_duty(places.binjiang, due, item=item_of("receptions"), start_on=date(2026, 8, 1))
    spoken = spoken_of(places.binjiang)
    assert spoken.covers(date(2026, 7, 31))
    assert not spoken.covers(date(2026, 8, 1))
    assert (spoken.due_on(date(2026, 8, 31)), spoken.due_on(date(2026, 9, 1))) == (due, None)


def test_what_another_office_of_the_place_was_named_for_is_owed_by_the_place(places: Places) -> None:
    office = Body.objects.create(
        code=f"{places.binjiang.code}-01", name="彬江镇办公室", region=places.binjiang
    )
    due = date(2026, 9, 28)
    make_duty(places.binjiang, due, item=item_of("receptions"), body=office, start_on=date(2026, 8, 1))
    assert spoken_of(places.binjiang).due_on(date(2026, 8, 15)) == due
    assert spoken_of(places.dapu).due_on(date(2026, 8, 15)) is None
