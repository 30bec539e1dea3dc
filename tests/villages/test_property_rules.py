"""Odd but possible registers, contracts and rents load with a question."""

from __future__ import annotations

from typing import Any

import pytest

from portal.findings.rules import rules_for
from tests.villages.property import Cells, asset, lease, publish, rent, resource, said

pytestmark = pytest.mark.django_db
DISPOSED = {
    "使用状况": "已处置",
    "处置日期": "2026-05-01",
    "处置方式": "拍卖",
    "处置金额": "1000.00",
    "受让方": "大浦建材店",
}


def _rules(kind: str, *rows: Cells, **told: Any) -> set[str]:
    """Return the rules that fire; files are given with none of these rows."""
    return {code for code in said(kind, *rows, **told) if not code.endswith("lost-files")}


@pytest.mark.parametrize("kind", ["assets", "resources", "leases", "rents"])
def test_every_rule_names_its_source(kind: str) -> None:
    assert rules_for(kind)
    assert all(rule.source and rule.title for rule in rules_for(kind))


def test_right_rows_raise_no_question() -> None:
    assert _rules("assets", asset()) == set()
    publish("resources", resource())
    assert _rules("leases", lease()) == set()


def test_right_rents_raise_no_question() -> None:
    publish("resources", resource())
    publish("leases", lease())
    rows = [rent(实收金额="3000.00"), rent(实收金额="5000.00", 实收日期="2026-07-30")]
    assert _rules("rents", *rows) == set()


@pytest.mark.parametrize(
    ("cells", "fires"),
    [
        (DISPOSED, False),
        (DISPOSED | {"处置日期": ""}, True),
        (DISPOSED | {"受让方": ""}, True),
        (DISPOSED | {"处置金额": "0"}, False),
        ({"使用状况": "报废"}, False),
    ],
)
def test_a_disposal_without_its_facts_is_asked_about(cells: Cells, fires: bool) -> None:
    assert ("assets-disposed-untold" in _rules("assets", asset(**cells))) is fires


def test_what_a_disposal_lacks_is_named() -> None:
    cells = DISPOSED | {"处置日期": "", "受让方": ""}
    assert "没有写处置日期、受让方" in said("assets", asset(**cells))["assets-disposed-untold"]


@pytest.mark.parametrize(
    ("ends", "let", "idle"),
    [("2027-12-31", False, True), ("2027-12-30", True, False)],
)
def test_a_register_is_compared_with_the_contracts_in_force(ends: str, let: bool, idle: bool) -> None:
    publish("resources", resource())
    publish("leases", lease(终止日期=ends))
    found = _rules("resources", resource(使用状况="发包"), period="2027")
    assert ("resources-let-without-lease" in found) is let
    found = _rules("resources", resource(使用状况="闲置"), period="2027", batch=2)
    assert ("resources-idle-with-lease" in found) is idle


@pytest.mark.parametrize(("counted", "fires"), [("2026-06-30", False), ("2026-07-01", True)])
def test_an_asset_is_compared_on_the_day_it_was_counted(counted: str, fires: bool) -> None:
    publish("assets", asset())
    publish("leases", lease(标的编号="ZC-1", 终止日期="2026-06-30"))
    row = asset(使用状况="出租", 盘点日期=counted)
    assert ("assets-let-without-lease" in _rules("assets", row, period="2027")) is fires


def test_a_dissolved_contract_is_none() -> None:
    publish("assets", asset())
    publish("leases", lease(标的编号="ZC-1", 合同状态="已解除"))
    assert _rules("assets", asset(使用状况="闲置"), period="2027") == set()


@pytest.mark.parametrize(
    ("start", "end", "cells", "fires"),
    [
        ("2024-01-01", "2043-12-31", {}, False),
        ("2024-01-01", "2044-01-01", {}, True),
        ("2024-01-01", "2093-12-31", {"发包方式": "家庭承包"}, False),
        ("2024-01-01", "2094-01-01", {"发包方式": "家庭承包"}, True),
        ("1998-01-01", "2043-12-31", {}, False),
    ],
)
def test_a_contract_longer_than_the_law_allows_is_asked_about(
    start: str, end: str, cells: Cells, fires: bool
) -> None:
    publish("resources", resource())
    row = lease(起始日期=start, 终止日期=end, **cells)
    assert ("leases-too-long" in _rules("leases", row)) is fires


@pytest.mark.parametrize(("end", "fires"), [("2073-12-31", False), ("2074-01-01", True)])
def test_waste_land_may_be_let_for_fifty_years(end: str, fires: bool) -> None:
    publish("resources", resource(是否四荒="是"))
    assert ("leases-too-long" in _rules("leases", lease(终止日期=end))) is fires


@pytest.mark.parametrize(
    ("cells", "fires"),
    [
        ({"底价": "16000.00"}, False),
        ({"底价": "16000.01"}, True),
        ({"底价": "15000.00", "成交价": "14999.99"}, True),
        ({"底价": "15000.00", "成交价": "15000.00"}, False),
    ],
)
def test_less_than_the_floor_is_asked_about(cells: Cells, fires: bool) -> None:
    publish("resources", resource())
    assert ("leases-below-floor" in _rules("leases", lease(**cells))) is fires


@pytest.mark.parametrize(
    ("second", "fires"),
    [
        ({"起始日期": "2028-12-31", "终止日期": "2030-12-31"}, True),
        ({"起始日期": "2029-01-01", "终止日期": "2030-12-31"}, False),
        ({"合同状态": "已解除"}, False),
        ({"标的编号": "ZY-2"}, False),
        ({"出租面积": "8"}, False),
        ({"出租面积": "8.1"}, True),
    ],
)
def test_one_thing_let_twice_at_a_time_is_asked_about(second: Cells, fires: bool) -> None:
    publish("resources", resource(), resource("ZY-2"))
    rows = lease(出租面积="10"), lease("HT-2", **second)
    assert ("leases-overlap" in _rules("leases", *rows)) is fires


def test_a_contract_is_compared_with_those_that_are_public() -> None:
    publish("resources", resource())
    publish("leases", lease())
    assert "HT-1" in said("leases", lease("HT-2"), period="2026-04")["leases-overlap"]


@pytest.mark.parametrize(("ends", "fires"), [("2028-12-31", True), ("2026-02-28", False)])
def test_a_contract_over_what_stands_idle_is_asked_about(ends: str, fires: bool) -> None:
    publish("resources", resource(使用状况="闲置"))
    assert ("leases-of-idle" in _rules("leases", lease(终止日期=ends))) is fires


@pytest.mark.parametrize(("area", "fires"), [("18", False), ("18.0001", True)])
def test_more_land_than_there_is_is_asked_about(area: str, fires: bool) -> None:
    publish("resources", resource())
    assert ("leases-area" in _rules("leases", lease(出租面积=area))) is fires


def test_more_floor_than_there_is_is_asked_about() -> None:
    publish("assets", asset(建筑面积="210"))
    row = lease(标的编号="ZC-1", 出租面积="211")
    assert "只有 210平方米" in said("leases", row)["leases-area"]


def test_what_no_register_holds_is_asked_about() -> None:
    assert _rules("leases", lease(标的编号="", 标的名称="村口空地")) == {"leases-unregistered"}


@pytest.fixture
def contract() -> None:
    """The pond, let from 2024 to 2028."""
    publish("resources", resource())
    publish("leases", lease())


@pytest.mark.parametrize(("second", "fires"), [("3000.00", False), ("3000.01", True)])
def test_more_than_was_due_is_asked_about(contract: None, second: str, fires: bool) -> None:
    publish("rents", rent(实收金额="5000.00"))
    found = _rules("rents", rent(实收金额=second, 实收日期="2026-10-08"), period="2026Q4")
    assert ("rents-over" in found) is fires


def test_a_deposit_is_no_rent(contract: None) -> None:
    rows = rent(), rent(费用项目="押金", 应收金额="2000.00", 实收金额="2000.00")
    assert _rules("rents", *rows) == set()


@pytest.mark.parametrize(("due", "fires"), [("8000.00", False), ("5000.00", True)])
def test_one_due_told_as_two_figures_is_asked_about(contract: None, due: str, fires: bool) -> None:
    rows = rent(实收金额="3000.00"), rent(应收金额=due, 实收金额="5000.00", 实收日期="2026-07-30")
    assert ("rents-two-dues" in _rules("rents", *rows)) is fires


@pytest.mark.parametrize(("on", "fires"), [("2024-01-01", False), ("2023-12-31", True)])
def test_rent_before_the_contract_is_asked_about(contract: None, on: str, fires: bool) -> None:
    found = _rules("rents", rent(应收日期="2024-06-30", 实收日期=on))
    assert ("rents-before-lease" in found) is fires


@pytest.mark.parametrize(("due", "fires"), [("2028-12-31", False), ("2029-01-01", True)])
def test_rent_after_the_contract_is_asked_about(contract: None, due: str, fires: bool) -> None:
    found = _rules("rents", rent(应收日期=due, 实收日期="", 实收金额=""))
    assert ("rents-after-lease" in found) is fires


@pytest.mark.parametrize(("due", "fires"), [("2026-07-01", True), ("2026-06-30", False)])
def test_rent_of_a_dissolved_contract_is_asked_about_from_this_period_on(due: str, fires: bool) -> None:
    publish("resources", resource())
    publish("leases", lease(合同状态="已解除"))
    found = _rules("rents", rent(应收日期=due, 实收日期="", 实收金额=""))
    assert ("rents-after-lease" in found) is fires


@pytest.mark.parametrize(("told", "fires"), [("186000.00", False), ("186000.01", True)])
def test_more_depreciation_than_value_is_asked_about(told: str, fires: bool) -> None:
    assert ("assets-depreciation-over" in _rules("assets", asset(累计折旧=told))) is fires


@pytest.mark.parametrize(
    ("cells", "rule", "says"),
    [
        ({"实收日期": ""}, "rents-half-told", "没写实收日期"),
        ({"实收金额": ""}, "rents-half-told", "没写实收金额"),
        ({"减免金额": "100.00", "实收金额": "7900.00"}, "rents-reduction-no-basis", "减免 100.00 元"),
    ],
)
def test_what_a_rent_leaves_open_is_asked_about(cells: Cells, rule: str, says: str) -> None:
    publish("resources", resource())
    publish("leases", lease())
    found = said("rents", rent(**cells))
    assert list(found) == [rule]
    assert says in found[rule]


@pytest.mark.parametrize(
    "cells",
    [
        {"实收日期": "", "实收金额": ""},
        {"减免金额": "100.00", "减免依据": "会议", "实收金额": "7900.00"},
    ],
)
def test_a_rent_that_is_not_paid_or_let_off_with_reason_is_not_asked_about(cells: Cells) -> None:
    publish("resources", resource())
    publish("leases", lease())
    assert _rules("rents", rent(**cells)) == set()
