from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from funds.fees import list_of
from funds.models import EnterpriseFee, EnterpriseFund
from portal.releases.models import State
from tests.builders import make_item
from tests.county import Places
from tests.funds.drafting import CODES, draft, fee, fund, publish
from tests.portal.pages.reading import text

pytestmark = pytest.mark.django_db
COUNTY = "/r/360902000000/business/"
VILLAGE = "/r/360902100204/business/"


def test_a_fee_that_is_not_listed_need_not_be_paid(client: Client, places: Places) -> None:
    publish("enterprise_fees", fee())
    page = text(client, f"{VILLAGE}?q=门牌")
    assert "清单里没有“门牌”的收费。" in page
    assert "可以不交" in page[page.index("清单里没有") :]


def test_without_a_list_nothing_is_said_of_a_fee(client: Client, places: Places) -> None:
    page = text(client, f"{COUNTY}?q=门牌")
    assert "还没有公开收费清单" in page
    assert "可以不交" not in page


@pytest.mark.parametrize("word", ["叉车", "特检所", "3号", "检验 叉车", "示价费"])
def test_a_fee_is_found_by_name_unit_or_basis(client: Client, places: Places, word: str) -> None:
    other = fee(收费项目="污水处理费", 收费单位="区水务公司", 依据="发改〔2022〕5号")
    publish("enterprise_fees", fee(), other)
    page = text(client, f"{COUNTY}?q={word}")
    found = page[page.index('role="status"') : page.index("收费清单<small")]
    assert "叉车检验费" in found
    assert "污水处理费" not in found


def test_expired_and_future_fees_are_not_listed_as_valid(client: Client, places: Places) -> None:
    publish(
        "enterprise_fees",
        fee(),
        fee(收费项目="门牌工本费", 失效日期="2026-06-01"),
        fee(收费项目="将来的费", 生效日期="2090-01-01"),
    )
    page = text(client, f"{COUNTY}?q=门牌")
    listed = page[page.index("收费清单<small") : page.index("被多收了")]
    assert "叉车检验费" in listed
    assert "门牌工本费" not in listed
    assert "将来的费" not in listed
    assert "“门牌工本费”" in page
    over = EnterpriseFee.objects.get(name="门牌工本费")
    assert "已经取消，不用交" in text(client, f"/row/enterprise_fees/{over.pk}/")
    to_come = EnterpriseFee.objects.get(name="将来的费")
    assert "还没到时候" in text(client, f"/row/enterprise_fees/{to_come.pk}/")


@pytest.mark.parametrize(("day", "count"), [(date(2026, 5, 31), 1), (date(2026, 6, 1), 0)])
def test_a_fee_ends_on_its_day(places: Places, day: date, count: int) -> None:
    publish("enterprise_fees", fee(失效日期="2026-06-01"))
    assert len(list_of(places.county, day).valid) == count


def test_what_a_year_changed(places: Places) -> None:
    publish(
        "enterprise_fees",
        fee(标准="300 元", 生效日期="2024-01-01", 失效日期="2026-03-01"),
        fee(标准="240 元", 生效日期="2026-03-01"),
        fee(收费项目="涨的费", 标准="1 元", 生效日期="2024-01-01", 失效日期="2026-03-01"),
        fee(收费项目="涨的费", 标准="2 元", 生效日期="2026-03-01"),
        fee(收费项目="门牌工本费", 生效日期="2024-01-01", 失效日期="2026-06-01"),
        fee(收费项目="新的费", 生效日期="2026-02-01"),
        fee(收费项目="旧的费", 生效日期="2025-12-31"),
    )
    changes = list_of(places.county, date(2026, 11, 24)).changes(2026)
    assert {one.words for one in changes.changed} == {"300 元降到 240 元", "1 元涨到 2 元"}
    assert [one.fee.name for one in changes.ended] == ["门牌工本费"]
    assert [one.fee.name for one in changes.fresh] == ["新的费"]


def test_the_list_of_a_county_holds_in_its_villages_only(client: Client, places: Places) -> None:
    publish("enterprise_fees", fee())
    assert "叉车检验费" in text(client, VILLAGE)
    assert "叉车检验费" not in text(client, f"/r/{places.city.code}/business/")


def test_a_long_list_comes_page_by_page(client: Client, places: Places) -> None:
    publish("enterprise_fees", *(fee(收费项目=f"第{n:02d}项费") for n in range(25)))
    page = text(client, COUNTY)
    assert "看另外 5 项" in page
    first = text(client, f"{COUNTY}?page=fees")
    assert "第19项费" in first
    assert "第20项费" not in first
    more = first[first.index("?page=fees&amp;after=") :].split('"')[0].replace("&amp;", "&")
    second = text(client, COUNTY + more)
    assert "第24项费" in second
    assert "第19项费" not in second
    assert client.get(f"{COUNTY}?page=fees&after=2026-01-01_{'0' * 32}").status_code == 404


def test_who_is_charged_too_much_tells_it_as_a_matter_of_business(client: Client, places: Places) -> None:
    publish("enterprise_fees", fee())
    assert "/report/?region=360902000000&amp;topic=business" in text(client, COUNTY)


def test_support_is_summed_by_policy(client: Client, places: Places) -> None:
    other = fund(
        政策名称="稳岗返还", 企业名称="宜春明月茶业有限公司", 统一社会信用代码=CODES[1], 金额="6000.00"
    )
    publish("enterprise_funds", fund(), fund(统一社会信用代码=CODES[1], 金额="100000.00"), other)
    page = text(client, COUNTY)
    assert "30.00<i>万元</i>" in page
    assert "0.60<i>万元</i>" in page
    assert "2 笔" in page
    lines = text(client, f"{COUNTY}?policy=技术改造补助&period=2026")
    assert "200,000.00<i>元</i>" in lines
    assert "稳岗返还" not in lines
    assert client.get(f"{COUNTY}?policy=没有的").status_code == 404


@pytest.mark.parametrize(
    ("promised", "says"), [("2026-06-08", "比承诺晚 12 天"), ("2026-06-20", "按时到账"), ("", "")]
)
def test_late_money_is_said_to_be_late(client: Client, places: Places, promised: str, says: str) -> None:
    publish("enterprise_funds", fund(承诺兑现日期=promised))
    page = text(client, f"/row/enterprise_funds/{EnterpriseFund.objects.get().pk}/")
    assert says in page
    assert ("比承诺晚" in page) is says.startswith("比承诺晚")


@pytest.mark.parametrize("word", ["赣西竹木", CODES[0], CODES[0].lower()])
def test_an_enterprise_finds_its_money(client: Client, places: Places, word: str) -> None:
    publish(
        "enterprise_funds",
        fund(核定金额="210000.00"),
        fund(政策名称="稳岗返还", 金额="6000.00", 承诺兑现日期="2026-06-01"),
        fund(企业名称="宜春明月茶业有限公司", 统一社会信用代码=CODES[1], 金额="1.00"),
    )
    page = text(client, f"{VILLAGE}?enterprise={word}")
    assert "206,000.00<i>元</i>" in page
    assert "比核定的少 10,000.00 元" in page
    assert "比承诺晚 19 天" in page
    assert "明月茶业" not in page


def test_several_enterprises_of_a_name_are_asked_about(client: Client, places: Places) -> None:
    publish("enterprise_funds", fund(), fund(企业名称="宜春明月茶业有限公司", 统一社会信用代码=CODES[1]))
    assert "你找哪一家" in text(client, f"{COUNTY}?enterprise=有限公司")
    assert "没有找到“不在的公司”" in text(client, f"{COUNTY}?enterprise=不在的公司")
    assert "名字太短了" in text(client, f"{COUNTY}?enterprise=宜")


@pytest.mark.parametrize("names", ["full", "masked"])
def test_a_person_is_not_found_county_wide_by_name(client: Client, places: Places, names: str) -> None:
    make_item("YS-01", kind="enterprise_funds", level="county", section="营商环境", names=names)
    publish("enterprise_funds", fund(企业名称="王小芳", 统一社会信用代码=""))
    assert "没有找到" in text(client, f"{COUNTY}?enterprise=王小芳")
    page = text(client, f"{COUNTY}?policy=技术改造补助")
    assert ("王小芳" in page) is (names == "full")
    assert ("noindex" in page) is (names == "full")


def test_a_payment_leads_to_the_others_of_its_enterprise(client: Client, places: Places) -> None:
    publish("enterprise_funds", fund(), fund(政策名称="稳岗返还", 金额="6000.00"))
    one = EnterpriseFund.objects.get(policy="稳岗返还")
    page = text(client, f"/row/enterprise_funds/{one.pk}/")
    assert "这家企业还领了" in page
    assert "技术改造补助" in page


def test_a_draft_shows_nowhere(client: Client, places: Places) -> None:
    assert draft("enterprise_fees", fee()).releases[0].state == State.DRAFT
    draft("enterprise_funds", fund())
    page = text(client, COUNTY)
    assert "叉车" not in page
    assert "技术改造" not in page


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize("query", ["?q=费", "?policy=技术改造补助", f"?enterprise={CODES[0]}"])
def test_pages_ask_a_bounded_number_of_queries(
    client: Client,
    places: Places,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    count: int,
    query: str,
) -> None:
    publish("enterprise_fees", *(fee(收费项目=f"第{n}项费") for n in range(count)))
    publish("enterprise_funds", *(fund(金额=f"{n + 1}.00") for n in range(count)))
    with django_assert_max_num_queries(14):
        text(client, COUNTY + query)


def test_a_fee_leads_back_to_the_list(client: Client, places: Places) -> None:
    publish("enterprise_fees", fee())
    page = text(client, f"/row/enterprise_fees/{EnterpriseFee.objects.get().pk}/")
    assert f'href="{COUNTY}"' in page
    assert "在清单里，可以收" in page
