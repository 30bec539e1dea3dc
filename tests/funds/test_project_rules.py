"""Odd projects and payments are loaded, and asked about."""

from __future__ import annotations

import pytest

from portal.findings.rules import rules_for
from tests.funds.projects import (
    Cells,
    building,
    pay,
    payment,
    planned,
    project,
    publish,
    publish_project,
    warned,
)

pytestmark = pytest.mark.django_db

SMALL = {"采购方式": "限额以下", "预算金额": "2500000.00", "中标金额": "2000000.00", "合同金额": "2000000.00"}
PARTS = {"中央资金": "300000", "县级资金": "100000"}


def small(number: int, **cells: str) -> Cells:
    """Return one of several works below the limit."""
    return building(项目编号=f"XM-{number}", 项目名称=f"水渠{number}段", **(SMALL | cells))


@pytest.mark.parametrize("kind", ["projects", "disbursements"])
def test_every_rule_names_its_source(kind: str) -> None:
    assert rules_for(kind)
    assert all(rule.source and rule.title for rule in rules_for(kind))


def test_right_projects_and_payments_raise_no_warning() -> None:
    assert warned(project(), planned(项目编号="XM-2"), building(项目编号="XM-3")) == {}
    publish_project(batch=2)
    assert warned(payment(), kind="disbursements") == {}


@pytest.mark.parametrize(
    ("rule", "cells", "fires"),
    [
        ("contract-differs", {"合同金额": "462300.01"}, True),
        ("contract-differs", {"中标金额": "", "中标日期": ""}, False),
        ("above-ceiling", {"最高限价": "462299.99"}, True),
        ("above-ceiling", {"最高限价": "462300.00"}, False),
        ("final-over-budget", {"送审金额": "600000", "决算金额": "534600.01"}, True),
        ("final-over-budget", {"送审金额": "600000", "决算金额": "534600.00"}, False),
        ("final-over-submitted", {"送审金额": "459999.99"}, True),
        ("final-over-submitted", {"送审金额": "460000.00"}, False),
        ("changes", {"变更累计金额": "46230.01"}, True),
        ("changes", {"变更累计金额": "46230.00"}, False),
        ("contract-before-award", {"合同签订日期": "2026-04-19"}, True),
        ("contract-before-award", {"合同签订日期": "2026-04-20"}, False),
        ("built-before-contract", {"合同签订日期": "2026-09-11"}, True),
        ("built-before-contract", {"合同签订日期": "2026-09-10"}, False),
        ("late", {"计划竣工": "2026-09-09"}, True),
        ("late", {"计划竣工": "2026-09-10"}, False),
        ("hurried", {"中标日期": "2026-03-24"}, True),
        ("hurried", {"中标日期": "2026-03-25"}, False),
        ("hurried", {"中标日期": "2026-03-03", "采购方式": "询价"}, False),
        ("parts", PARTS | {"自筹资金": "85999.99"}, True),
        ("parts", PARTS | {"自筹资金": "86000.00"}, False),
        ("no-tender", {"采购方式": "直接发包", "中标金额": "4000000", "合同金额": "4000000"}, True),
        ("no-tender", {"采购方式": "直接发包", "中标金额": "3999999.99", "合同金额": "3999999.99"}, False),
        ("no-tender", {"中标金额": "4000000", "合同金额": "4000000"}, False),
        ("single-source", {"采购方式": "单一来源", "中标金额": "600000.01", "合同金额": "600000.01"}, True),
        ("single-source", {"采购方式": "单一来源", "中标金额": "600000", "合同金额": "600000"}, False),
    ],
)
def test_one_odd_project_is_asked_about(rule: str, cells: Cells, fires: bool) -> None:
    assert (f"project-{rule}" in warned(project(**cells))) is fires


UNFINISHED = {"实际竣工": "", "验收日期": "", "决算金额": "", "决算审定日期": "", "送审金额": ""}


@pytest.mark.parametrize(
    ("rule", "cells", "says"),
    [
        ("lacks", project(**UNFINISHED | {"状态": "完工"}), "没写实际竣工"),
        ("lacks", project(决算金额="", 决算审定日期="", 送审金额=""), "状态是决算，没写决算金额"),
        ("lacks", project(状态="完工", 决算金额=""), "写了决算审定日期，没写决算金额"),
        ("lacks", building(决算金额="1.00"), "写了决算金额，没写实际竣工"),
        ("lacks", building(验收日期="2026-09-20"), "写了验收日期，没写实际竣工"),
        ("lacks", building(中标单位=""), "没写中标单位"),
        ("contradicts", project(验收日期="2026-09-09"), "验收日期在实际竣工之前"),
        ("contradicts", project(决算审定日期="2026-09-09"), "决算审定日期在实际竣工之前"),
        ("contradicts", planned(实际竣工="2026-09-10"), "状态还是立项或采购"),
        ("retention", project(质保金="462300.01"), "合同 462,300.00 元"),
    ],
)
def test_what_was_left_out_or_does_not_fit_is_asked_about(rule: str, cells: Cells, says: str) -> None:
    assert says in warned(cells)[f"project-{rule}"]


@pytest.mark.parametrize(
    ("rule", "cells"),
    [
        ("lacks", project(**UNFINISHED | {"状态": "完工", "实际竣工": "2026-09-10"})),
        ("contradicts", project(验收日期="2026-09-10", 决算审定日期="2026-09-10")),
        ("retention", project(质保金="462300.00")),
    ],
)
def test_what_just_fits_is_not_asked_about(rule: str, cells: Cells) -> None:
    assert f"project-{rule}" not in warned(cells)


def test_the_limit_of_tenders_is_that_of_the_day() -> None:
    old = {"采购公告日期": "2018-05-31", "采购方式": "直接发包", "中标金额": "2000000", "合同金额": "2000000"}
    assert "project-no-tender" in warned(project(**old))
    assert "project-no-tender" not in warned(project(**old | {"采购公告日期": "2018-06-01"}), batch=2)


def test_works_that_reach_the_limit_together_are_asked_about_once() -> None:
    said = warned(small(1), small(2))
    assert "“水渠1段”" in said["project-split"]
    assert "4,000,000.00" in said["project-split"]


def test_works_already_public_count_too() -> None:
    publish(small(1))
    assert "project-split" in warned(small(2))


@pytest.mark.parametrize(
    "cells",
    [
        {"中标金额": "1999999.99", "合同金额": "1999999.99"},
        {"所在地代码": "前白村"},
        {"主管部门": "区水利局"},
        {"采购方式": "公开招标"},
        {"采购公告日期": "2025-08-30", "中标日期": "2025-10-20"},
    ],
    ids=["below", "elsewhere", "other office", "tender", "half a year before"],
)
def test_works_that_are_no_split_are_not_asked_about(cells: Cells) -> None:
    assert "project-split" not in warned(small(1), small(2, **cells))


@pytest.mark.parametrize(("amount", "fires"), [("323610.00", False), ("323610.01", True)])
def test_more_than_the_contract_is_asked_about(amount: str, fires: bool) -> None:
    publish_project()
    pay(payment())
    said = warned(payment(金额=amount, 凭证号="记-030"), kind="disbursements", batch=2)
    assert ("disbursement-above-contract" in said) is fires


def test_changes_and_refunds_count() -> None:
    publish_project(project(变更累计金额="1000.00"))
    rows = [payment(金额="464000.00"), payment(金额="700.00", 拨付类型="退回")]
    assert "disbursement-above-contract" not in warned(*rows, kind="disbursements")


@pytest.mark.parametrize(
    ("method", "fires"), [("直接发包", True), ("村民自建", False), ("以工代赈", False), ("不适用", False)]
)
def test_paid_without_a_contract_is_asked_about(method: str, fires: bool) -> None:
    blank = dict.fromkeys(("中标日期", "中标金额", "合同金额", "合同签订日期"), "")
    publish_project(building(**(blank | {"采购方式": method})))
    assert ("disbursement-no-contract" in warned(payment(), kind="disbursements")) is fires


@pytest.mark.parametrize(
    ("day", "says"), [("2026-04-19", "才中标"), ("2026-05-05", "才签合同"), ("2026-05-06", "")]
)
def test_paid_before_the_award_or_the_contract_is_asked_about(day: str, says: str) -> None:
    publish_project()
    said = warned(payment(拨付日期=day), kind="disbursements")
    assert says in said.get("disbursement-early", "")
    assert ("disbursement-early" in said) is bool(says)


@pytest.mark.parametrize(
    ("cells", "fires"),
    [
        ({"拨付日期": "2026-09-19", "拨付类型": "结算款"}, True),
        ({"拨付日期": "2026-09-20", "拨付类型": "结算款"}, False),
        ({"拨付日期": "2026-09-19", "拨付类型": "进度款"}, False),
    ],
)
def test_the_last_payment_before_acceptance_is_asked_about(cells: Cells, fires: bool) -> None:
    publish_project()
    assert ("disbursement-unaccepted" in warned(payment(**cells), kind="disbursements")) is fires


def test_a_last_payment_for_what_was_never_accepted_is_asked_about() -> None:
    publish_project(building())
    said = warned(payment(拨付类型="质保金"), kind="disbursements")
    assert "还没有写验收日期" in said["disbursement-unaccepted"]


@pytest.mark.parametrize(("payee", "fires"), [("宜春某劳务公司", True), ("宜春诚信监理公司", False)])
def test_who_is_paid_and_did_not_win_is_asked_about(payee: str, fires: bool) -> None:
    publish_project(project(监理单位="宜春诚信监理公司"))
    said = warned(payment(收款单位=payee), kind="disbursements")
    assert ("disbursement-other-payee" in said) is fires


@pytest.mark.parametrize(("voucher", "fires"), [("记-022", True), ("记-023", False)])
def test_identical_payments_are_asked_about(voucher: str, fires: bool) -> None:
    publish_project()
    said = warned(payment(), payment(凭证号=voucher), kind="disbursements")
    assert ("disbursement-identical-rows" in said) is fires


@pytest.mark.parametrize(
    ("cells", "fires"),
    [
        ({"项目编号": ""}, True),
        ({"项目编号": "", "项目名称": "文化广场"}, False),
        ({"项目编号": "", "所在地代码": "前白村"}, False),
        ({"项目编号": "XM-9"}, False),
    ],
)
def test_a_project_without_its_number_is_known_by_name_and_place(cells: Cells, fires: bool) -> None:
    publish_project()
    said = warned(planned(**cells), batch=2)
    assert ("projects-known-by-name" in said) is fires
    if fires:
        assert "编号是 XM-1。" in said["projects-known-by-name"]


@pytest.mark.parametrize(
    ("later", "forgotten"),
    [
        (project(中标单位="", 中标金额="", 中标日期=""), "中标单位，中标金额"),
        (project(), ""),
    ],
)
def test_a_later_version_that_leaves_out_what_was_public_is_asked_about(later: Cells, forgotten: str) -> None:
    publish_project(building())
    said = warned(later, batch=2).get("project-forgets", "")
    assert said.partition("这一版空着：")[2].partition("。")[0] == forgotten
