from __future__ import annotations

from datetime import date

import pytest

from funds.fees import list_of
from portal.findings.rules import rules_for
from portal.releases.models import State
from tests.builders import walk
from tests.county import Places
from tests.funds.drafting import (
    CODES,
    draft,
    fee,
    fund,
    publish,
    publish_meal_standard,
    reception,
    warnings_of,
)

pytestmark = pytest.mark.django_db
_KINDS = ["receptions", "enterprise_funds", "enterprise_fees"]


def test_what_is_right_raises_no_warning() -> None:
    assert warnings_of("receptions", reception()) == {}
    assert warnings_of("enterprise_funds", fund()) == {}
    assert warnings_of("enterprise_fees", fee()) == {}


@pytest.mark.parametrize("kind", _KINDS)
def test_every_rule_names_its_source(kind: str) -> None:
    assert rules_for(kind)
    assert all(rule.source and rule.title for rule in rules_for(kind))


@pytest.mark.parametrize(
    ("cells", "fires"),
    [
        ({"总金额": "360.01"}, True),
        ({"住宿费": "0", "其他费用": "0"}, False),
        ({"住宿费": "100.00", "总金额": "460.00"}, False),
        ({"其他费用": "100.00"}, True),
    ],
)
def test_parts_that_do_not_make_the_total_are_asked_about(cells: dict[str, str], fires: bool) -> None:
    assert ("reception-arithmetic" in warnings_of("receptions", reception(**cells))) is fires


@pytest.mark.parametrize(
    ("guests", "companions", "most"),
    [("10", "3", None), ("10", "4", 3), ("11", "3", None), ("11", "4", 3), ("12", "4", None), ("12", "5", 4)],
)
def test_more_companions_than_the_regulation_allows_are_asked_about(
    guests: str, companions: str, most: int | None
) -> None:
    said = warnings_of("receptions", reception(来访人数=guests, 陪同人数=companions))
    assert ("reception-companions" in said) is (most is not None)
    if most is not None:
        assert f"最多陪 {most} 人" in said["reception-companions"]


def test_no_limit_is_asked_about_before_there_was_a_regulation() -> None:
    old = reception(接待日期="2013-11-30", 陪同人数="9")
    assert "reception-companions" not in warnings_of("receptions", old, period="2013-11")
    new = reception(接待日期="2013-12-01", 陪同人数="9")
    assert "reception-companions" in warnings_of("receptions", new, period="2013-12")


@pytest.mark.parametrize(
    ("cells", "fires"),
    [({"公函号": "", "公函": ""}, True), ({"公函号": ""}, False), ({"公函": ""}, False)],
)
def test_a_reception_without_any_letter_is_asked_about(cells: dict[str, str], fires: bool) -> None:
    assert ("reception-no-letter" in warnings_of("receptions", reception(**cells))) is fires


def test_documents_that_are_not_named_are_asked_about_by_name() -> None:
    said = warnings_of("receptions", reception(发票="", 公函=""))
    assert "缺：公函、发票。" in said["reception-documents"]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"公函日期": "2026-06-19"}, "公函是 2026-06-19"),
        ({"申请日期": "2026-06-20"}, "申请是 2026-06-20"),
        ({"公函日期": "2026-06-18", "申请日期": "2026-06-17"}, ""),
    ],
)
def test_papers_younger_than_the_reception_are_asked_about(cells: dict[str, str], says: str) -> None:
    said = warnings_of("receptions", reception(**cells))
    assert says in said.get("reception-late-papers", "")
    assert ("reception-late-papers" in said) is bool(says)


@pytest.mark.parametrize(
    ("cells", "fires"),
    [
        ({"备注": "含香烟两条"}, True),
        ({"事由": "酒水经营检查"}, True),
        ({"地点": "宜春酒店"}, False),
        ({"事由": "酒店消防检查"}, False),
    ],
)
def test_tobacco_and_liquor_are_asked_about(cells: dict[str, str], fires: bool) -> None:
    assert ("reception-luxuries" in warnings_of("receptions", reception(**cells))) is fires


@pytest.mark.parametrize(("cost", "fires"), [("480.00", False), ("480.08", True)])
def test_a_meal_above_the_published_standard_is_asked_about(cost: str, fires: bool) -> None:
    publish_meal_standard(rate="60")
    said = warnings_of("receptions", reception(餐费=cost, 总金额=cost))
    assert ("reception-above-standard" in said) is fires


def test_the_guests_rank_chooses_the_standard() -> None:
    publish_meal_standard("工作餐（科级）", "40")
    publish_meal_standard("工作餐（处级）", "60")
    assert (
        "标准是 40 元"
        in warnings_of("receptions", reception(接待对象级别="科级"))["reception-above-standard"]
    )
    assert warnings_of("receptions", reception(接待对象级别="处级")) == {}
    assert warnings_of("receptions", reception()) == {}


def test_without_a_published_standard_no_meal_is_asked_about() -> None:
    assert warnings_of("receptions", reception(餐费="9000.00", 总金额="9000.00")) == {}


@pytest.mark.parametrize(("meals", "fires"), [("1", False), ("2", True), ("", False)])
def test_more_than_one_meal_is_asked_about(meals: str, fires: bool) -> None:
    assert ("reception-meals" in warnings_of("receptions", reception(用餐次数=meals))) is fires


def test_the_same_guests_twice_on_a_day_are_asked_about() -> None:
    again = reception(接待编号="2026-06-002", 事由="水稻田检查")
    said = warnings_of("receptions", reception(), again)
    assert list(said) == ["reception-same-guests"]
    assert "有 2 次：第 2、3 行" in said["reception-same-guests"]
    other_day = reception(接待编号="2026-06-002", 接待日期="2026-06-19")
    assert warnings_of("receptions", reception(), other_day) == {}


def test_guests_of_a_published_reception_are_compared_too() -> None:
    publish("receptions", reception())
    again = reception(接待编号="2026-06-009")
    assert "reception-same-guests" in warnings_of("receptions", again)


@pytest.mark.parametrize(("venue", "fires"), [("其他", True), ("定点饭店", False), ("", False)])
def test_a_place_that_is_no_canteen_is_asked_about(venue: str, fires: bool) -> None:
    assert ("reception-outside" in warnings_of("receptions", reception(场所类型=venue))) is fires


@pytest.mark.parametrize(("method", "fires"), [("现金", True), ("公务卡", False), ("", False)])
def test_cash_is_asked_about(method: str, fires: bool) -> None:
    assert ("reception-cash" in warnings_of("receptions", reception(支付方式=method))) is fires


def test_a_reception_of_a_village_is_asked_about() -> None:
    assert "大浦村的接待" in warnings_of("receptions", reception(地区代码="大浦村"))["reception-village"]


def test_a_number_used_twice_is_asked_about() -> None:
    said = warnings_of("receptions", reception(), reception(来访单位="区水利局"))
    assert "2026-06-001 还用在" in said["reception-number-twice"]
    assert (
        warnings_of("receptions", reception(), reception(来访单位="区水利局", 接待编号="2026-06-002")) == {}
    )


@pytest.mark.parametrize(
    ("day", "fires"), [("2026-05-31", True), ("2026-06-01", False), ("2026-07-01", True)]
)
def test_a_day_outside_the_period_is_asked_about(day: str, fires: bool) -> None:
    said = warnings_of("receptions", reception(接待日期=day))
    assert ("reception-other-period" in said) is fires


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"核定金额": "200000.01"}, "fund-not-approved-amount"),
        ({"核定金额": "200000.00"}, ""),
        ({"申报金额": "199999.99"}, "fund-above-applied"),
        ({"申报金额": "200000.00"}, ""),
        ({"申报日期": "2026-06-21"}, "fund-before-application"),
        ({"申报日期": "2026-06-20"}, ""),
        ({"承诺兑现日期": "2026-06-19"}, "fund-late"),
        ({"承诺兑现日期": "2026-06-20"}, ""),
        ({"兑现日期": "2026-07-01"}, "fund-other-period"),
        ({"兑现日期": "2026-06-30"}, ""),
    ],
)
def test_odd_payments_to_enterprises_are_asked_about(cells: dict[str, str], rule: str) -> None:
    assert list(warnings_of("enterprise_funds", fund(**cells))) == ([rule] if rule else [])


def test_an_enterprise_paid_twice_on_a_day_is_asked_about() -> None:
    other = fund(统一社会信用代码=CODES[1], 企业名称="宜春明月茶业有限公司")
    assert warnings_of("enterprise_funds", fund(), other) == {}
    assert "第 2、3 行" in warnings_of("enterprise_funds", fund(), fund(金额="1.00"))["fund-twice"]
    publish("enterprise_funds", fund())
    assert "有 2 次：第 2 行" in warnings_of("enterprise_funds", fund(金额="3.00"), batch=2)["fund-twice"]


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"收费类型": "保证金"}, "fee-no-refund"),
        ({"收费类型": "保证金", "退还期限": "竣工后 28 天内"}, ""),
        ({"依据": "区里定的"}, "fee-no-basis"),
        ({"依据": "《特种设备安全法》"}, ""),
        ({"生效日期": "2025-01-01", "失效日期": "2026-06-01"}, "fee-already-over"),
        ({"生效日期": "2025-01-01", "失效日期": "2026-06-02"}, ""),
        ({"生效日期": "2027-01-01", "失效日期": "2027-01-01"}, "fee-already-over"),
        ({"生效日期": "2027-01-01", "失效日期": "2027-01-02"}, ""),
    ],
)
def test_odd_fees_are_asked_about(cells: dict[str, str], rule: str) -> None:
    assert list(warnings_of("enterprise_fees", fee(**cells))) == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("second", "fires"),
    [
        ({"生效日期": "2026-06-30"}, True),
        ({"生效日期": "2026-07-01"}, False),
        ({"生效日期": "2026-06-30", "标准": "300 元"}, False),
        ({"生效日期": "2026-06-30", "计量单位": "次"}, False),
        ({"生效日期": "2026-06-30", "收费单位": "区水务公司"}, False),
        ({"生效日期": "2025-01-01", "失效日期": "2026-01-01"}, False),
        ({"生效日期": "2025-01-01", "失效日期": "2026-01-02"}, True),
    ],
)
def test_a_fee_that_stands_twice_at_once_is_asked_about(second: dict[str, str], fires: bool) -> None:
    said = warnings_of("enterprise_fees", fee(失效日期="2026-07-01"), fee(**second))
    assert ("fee-twice" in said) is fires


def test_a_fee_that_is_public_already_is_asked_about() -> None:
    publish("enterprise_fees", fee())
    assert "2026-01-01 又有一行" in warnings_of("enterprise_fees", fee(), batch=2)["fee-twice"]


def test_two_rates_of_one_fee_stand_side_by_side(places: Places) -> None:
    publish("enterprise_fees", fee(), fee(标准="300 元", 计量单位="部"))
    found = list_of(places.county, date(2026, 6, 1))
    assert {one.standard for one in found.valid} == {"240 元", "300 元"}
    changes = found.changes(2026)
    assert [one.fee.standard for one in changes.fresh] == ["240 元", "300 元"]
    assert changes.changed == []


def test_warnings_do_not_keep_an_answered_reception_from_the_public() -> None:
    (release,) = draft("receptions", reception(总金额="400.00")).releases
    assert walk(release, State.PUBLISHED).state == State.PUBLISHED
