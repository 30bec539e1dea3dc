"""Assets, resources, contracts and rents: what is read, what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.places.models import Region
from portal.releases.models import State
from portal.releases.models.replacement import Replaced
from tests.builders import body_of, walk
from tests.county import Places
from tests.villages.property import (
    DAPU,
    IDENTITY,
    Cells,
    asset,
    lease,
    load_kind,
    publish,
    refused,
    rent,
    resource,
)
from villages.models import Lease, Rent, VillageAsset, VillageResource

pytestmark = pytest.mark.django_db


def _message(kind: str, row: Cells) -> tuple[str, str]:
    ((number, column, message),) = refused(kind, row)
    assert number == 2
    return column, message


def test_a_thing_without_a_number_gets_one_of_its_own(places: Places) -> None:
    load_kind("assets", asset(""), asset("", 村代码="前白村"), asset("ZC-9"))
    found = set(VillageAsset.objects.values_list("asset_no", flat=True))
    assert found == {f"{DAPU}-ZC-0002", f"{places.qianbai.code}-ZC-0003", "ZC-9"}


def test_a_later_number_stands_above_every_earlier_one_drafts_included() -> None:
    load_kind("assets", asset(f"{DAPU}-ZC-0041"))
    load_kind("assets", asset(""), period="2027")
    assert VillageAsset.objects.filter(asset_no=f"{DAPU}-ZC-0043").count() == 1


def test_resources_and_contracts_are_numbered_too() -> None:
    publish("resources", resource(""))
    number = VillageResource.objects.get().resource_no
    assert number == f"{DAPU}-ZY-0002"
    load_kind("leases", lease("", 标的编号=number))
    assert Lease.objects.get().contract_no == f"{DAPU}-HT-0002"


def test_a_number_twice_in_one_file_is_refused_with_its_row() -> None:
    ((row, column, message),) = refused("assets", asset(), asset(资产名称="仓库"))
    assert (row, column) == (3, "资产编号")
    assert "只留一行" in message


def test_two_villages_may_use_one_number() -> None:
    assert len(load_kind("assets", asset(), asset(村代码="前白村")).releases) == 2


def test_a_second_list_of_one_year_may_not_repeat_a_number() -> None:
    publish("assets", asset())
    ((_, column, message),) = refused("assets", asset(资产名称="别的"), batch=2)
    assert column == "资产编号"
    assert "用更正" in message


def test_next_years_register_takes_the_place_of_this_years() -> None:
    publish("assets", asset())
    publish("assets", asset(使用状况="闲置"), period="2027")
    assert VillageAsset.objects.public().get().use_state == "idle"
    assert Replaced.objects.get().reason == "新的登记"


def test_an_earlier_register_does_not_take_the_place_of_a_later_one() -> None:
    publish("assets", asset())
    ((_, column, _),) = refused("assets", asset(), period="2025")
    assert column == "资产编号"


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"原值": ""}, "原值", "要写原值"),
        ({"取得日期": "2020-01-02", "处置日期": "2020-01-01"}, "处置日期", "早"),
    ],
)
def test_an_impossible_asset_is_refused(cells: Cells, column: str, says: str) -> None:
    found, message = _message("assets", asset(**cells))
    assert found == column
    assert says in message


@pytest.mark.parametrize("valuation", ["名义金额", "无法确定"])
def test_a_thing_whose_value_nobody_knows_needs_none(valuation: str) -> None:
    load_kind("assets", asset(原值="", 计价方式=valuation))
    assert VillageAsset.objects.get().original_value is None


def test_a_things_unit_may_be_blank() -> None:
    load_kind("assets", asset(计量单位=""))
    assert VillageAsset.objects.get().unit == ""


def test_a_person_who_uses_a_thing_is_masked_and_an_organisation_is_not() -> None:
    load_kind("assets", asset(使用人="王小芳", 受让方="宜春顺达机械租赁部", 保管人="张水生"))
    row = VillageAsset.objects.get()
    assert (row.occupant_public, row.buyer_public, row.keeper) == ("王*芳", "宜春顺达机械租赁部", "张水生")


@pytest.mark.parametrize(
    ("kind", "row", "column"),
    [
        ("assets", asset(资产名称="王小芳用的旧村部", 使用人="王小芳"), "资产名称"),
        ("assets", asset(坐落位置="王小芳家隔壁", 使用人="王小芳"), "坐落位置"),
        ("assets", asset(受让方="李四光", 备注="卖给李四光"), "备注"),
        ("resources", resource(四至="东至王小芳的田", 使用人="王小芳"), "四至"),
        ("resources", resource(类别="王小芳的鱼塘", 使用人="王小芳"), "类别"),
        ("leases", lease(标的编号="", 标的名称="陈建华承包的鱼塘"), "标的名称"),
        ("leases", lease(标的编号="", 标的名称="鱼塘", 递增说明="陈建华每年多交 100 元"), "递增说明"),
    ],
)
def test_no_text_repeats_a_name_that_is_masked(kind: str, row: Cells, column: str) -> None:
    found, message = _message(kind, row)
    assert found == column
    assert "写了全名" in message


def test_a_text_may_name_an_organisation() -> None:
    load_kind("assets", asset(受让方="宜春顺达机械租赁部", 备注="卖给宜春顺达机械租赁部"))
    assert VillageAsset.objects.get().note == "卖给宜春顺达机械租赁部"


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"标的编号": ""}, "标的编号", "标的名称"),
        ({"标的编号": "ZY-9"}, "标的编号", "没有这个编号"),
        ({"终止日期": "2023-12-31"}, "终止日期", "起始日期之前"),
        ({"年租金": ""}, "年租金", "要写年租金"),
        ({"每年应收月日": ""}, "每年应收月日", "哪天该收"),
        ({"每年应收月日": "02-30"}, "每年应收月日", "没有这一天"),
        ({"年租金": "", "计租方式": "递增"}, "年租金", "要写年租金"),
        ({"承租人": "彬江油茶专业合作社", "承租人证件号": IDENTITY}, "承租人证件号", "单位"),
    ],
)
def test_an_impossible_contract_is_refused(cells: Cells, column: str, says: str) -> None:
    publish("resources", resource())
    found, message = _message("leases", lease(**cells))
    assert found == column
    assert says in message


def test_a_contract_may_be_for_one_day() -> None:
    publish("resources", resource())
    load_kind("leases", lease(终止日期="2024-01-01"))
    assert Lease.objects.get().ends_on == Lease.objects.get().starts_on


def test_what_is_let_must_be_in_the_villages_own_register() -> None:
    publish("resources", resource(村代码="前白村"))
    assert _message("leases", lease())[0] == "标的编号"


def test_a_contract_with_a_share_needs_no_yearly_rent() -> None:
    publish("resources", resource())
    load_kind("leases", lease(年租金="", 每年应收月日="", 计租方式="保底分成"))
    assert Lease.objects.get().annual_rent is None


def test_a_tenant_is_masked_when_a_person_and_named_when_not() -> None:
    publish("resources", resource())
    load_kind(
        "leases",
        lease("HT-1", 承租人证件号=IDENTITY),
        lease("HT-2", 承租人="彬江油茶专业合作社"),
        lease("HT-3", 承租人="易家农场", 承租人类型="企业"),
        lease("HT-4", 承租人="易家农场", 承租人类型="其他个人"),
    )
    rows = Lease.objects.order_by("contract_no")
    assert [row.tenant_public for row in rows] == ["陈*华", "彬江油茶专业合作社", "易家农场", "易**场"]
    assert [bool(row.identity_digest) for row in rows] == [True, False, False, False]


def _contracts(*villages: str) -> None:
    publish("resources", *(resource(村代码=village) for village in villages))
    publish("leases", *(lease(村代码=village) for village in villages))


def test_a_rent_stands_where_its_contract_does(places: Places) -> None:
    _contracts("大浦村")
    (release,) = load_kind("rents", rent()).releases
    assert release.body == body_of(places.dapu)
    assert Rent.objects.get().region == places.dapu
    assert release.amount == Decimal("8000.00")


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"合同编号": "HT-9"}, "合同编号", "没有公开过"),
        ({"村代码": "前白村"}, "合同编号", "这个村没有公开"),
        ({"减免金额": "8000.01"}, "减免金额", "比应收的还多"),
    ],
)
def test_an_impossible_rent_is_refused(cells: Cells, column: str, says: str) -> None:
    _contracts("大浦村")
    ((row, found, message), *_) = refused("rents", rent(**cells))
    assert (row, found) == (2, column)
    assert says in message


def test_a_number_that_two_villages_use_is_refused_with_both(places: Places) -> None:
    _contracts("大浦村", "前白村")
    ((_, _, message),) = refused("rents", rent())
    assert f"大浦村（{places.dapu.code}）" in message
    assert f"前白村（{places.qianbai.code}）" in message
    load_kind("rents", rent(村代码="前白村"))
    assert Rent.objects.get().region == places.qianbai


def test_a_villages_own_list_means_its_own_contracts(places: Places) -> None:
    _contracts("大浦村", "前白村")
    load_kind("rents", rent(), body=body_of(places.dapu))
    assert Rent.objects.get().region == places.dapu


def test_an_unpaid_rent_and_a_payer_are_kept(places: Places) -> None:
    _contracts("大浦村")
    load_kind("rents", rent(实收日期="", 实收金额=""), rent(应收日期="2026-12-31", 缴款人="陈建华"))
    assert list(Rent.objects.order_by("due_on").values_list("received_amount", "payer_public")) == [
        (Decimal("0.00"), ""),
        (Decimal("8000.00"), "陈*华"),
    ]


def test_a_published_row_of_every_kind_is_public(places: Places) -> None:
    _contracts("大浦村")
    release = load_kind("rents", rent()).releases[0]
    walk(release, State.PUBLISHED)
    assert Rent.objects.public().count() == Lease.objects.public().count() == 1
    assert Region.objects.get(code=DAPU).generation > 0
