"""Deadlines, time line, sums and verdict of one project; nothing here asks the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from funds.models import LivelihoodProject
from funds.projects.deadlines import deadline_on, due_on, latest_overdue_event
from funds.projects.figures import Sums, percent
from funds.projects.steps import Facts, Step, steps_of
from funds.projects.verdicts import Verdict, verdict_of
from portal.releases.models.attachment import Caption
from portal.workdays.arithmetic import Calendar

CALENDAR = Calendar(holidays=frozenset({date(2026, 10, 1), date(2026, 10, 2)}))
TODAY = date(2026, 11, 24)
BLANK: dict[str, Any] = dict.fromkeys(
    ("announced_on", "awarded_on", "award_amount", "contract_amount", "signed_on")
)


def facts(*, paid: str = "0", payments: int = 0, today: date = TODAY, **told: Any) -> Facts:
    """Return what is known of a road that was begun and is not finished; `told` by field changes it."""
    right: dict[str, Any] = {
        "name": "上坊路",
        "board": "livelihood",
        "department": "区交通运输局",
        "budget": Decimal("486000.00"),
        "method": "open",
        "announced_on": date(2026, 3, 2),
        "awarded_on": date(2026, 4, 20),
        "winner_public": "江西赣袁建设有限公司",
        "award_amount": Decimal("462300.00"),
        "contract_amount": Decimal("462300.00"),
        "signed_on": date(2026, 5, 6),
        "planned_end_on": date(2026, 12, 20),
        "state": "building",
    }
    project = LivelihoodProject(**(right | told))
    return Facts(
        project=project,
        sums=Sums(project, Decimal(paid), payments),
        first_paid_on=date(2026, 6, 18) if payments else None,
        last_paid_on=date(2026, 10, 22) if payments else None,
        captions=frozenset(),
        is_small=False,
        today=today,
        calendar=CALENDAR,
    )


def finished(**told: Any) -> Facts:
    """Return what is known of a road that was finished on 10 June and accepted ten days later."""
    right: dict[str, Any] = {
        "state": "completed",
        "planned_end_on": date(2026, 6, 10),
        "completed_on": date(2026, 6, 10),
        "accepted_on": date(2026, 6, 20),
    }
    return facts(**(right | told))


def step(told: Facts, title: str) -> Step:
    """Return one step by its title."""
    return next(one for one in steps_of(told) if one.title == title)


def verdict(told: Facts, *documents: str) -> Verdict:
    """Return the verdict on a project that lacks some documents."""
    return verdict_of(told, steps_of(told), documents)


def test_a_final_account_is_due_three_months_and_twenty_working_days_after_the_end() -> None:
    assert due_on("final", date(2026, 6, 10), CALENDAR) == date(2026, 10, 12)


def test_months_end_where_a_month_does() -> None:
    assert due_on("final", date(2026, 11, 30), Calendar()) == due_on("final", date(2026, 11, 29), Calendar())


@pytest.mark.parametrize(("day", "says"), [(date(2016, 8, 31), "394号"), (date(2016, 9, 1), "503号")])
def test_the_text_in_force_at_the_end_of_the_works_decides(day: date, says: str) -> None:
    assert says in deadline_on("final", day).source


def test_a_deadline_without_a_text_is_called_assumed() -> None:
    assert deadline_on("audit", TODAY).is_assumed
    assert not deadline_on("final", TODAY).is_assumed


def test_there_is_no_deadline_before_all_texts() -> None:
    with pytest.raises(LookupError):
        deadline_on("final", date(1999, 12, 31))


def test_the_newest_overdue_end_is_the_last_whose_day_is_over() -> None:
    newest = latest_overdue_event("final", TODAY, CALENDAR)
    assert due_on("final", newest, CALENDAR) < TODAY
    assert due_on("final", date.fromordinal(newest.toordinal() + 1), CALENDAR) >= TODAY


def test_the_steps_stand_in_their_order() -> None:
    titles = [one.title for one in steps_of(finished(paid="1", payments=3))]
    order = ["预算", "招标", "中标", "合同", "付款 3 次", "完工", "验收", "审计", "决算"]
    assert titles == order


@pytest.mark.parametrize(
    ("today", "state", "when"),
    [(date(2026, 10, 12), "none", "10月12日前"), (date(2026, 10, 13), "bad", "没公开")],
)
def test_a_final_account_is_missing_from_the_day_after_its_last(today: date, state: str, when: str) -> None:
    found = step(finished(today=today), "决算")
    assert (found.state, found.when) == (state, when)


def test_an_end_without_its_day_is_no_works_that_are_late() -> None:
    told = facts(state="completed", planned_end_on=date(2026, 6, 10))
    assert (step(told, "完工").when, step(told, "完工").lines) == ("做完了", ("没有写哪天完工",))
    assert verdict(told).say == "做完了，后面的还没到期"


def test_a_settled_project_without_its_sum_lacks_the_final_account() -> None:
    assert verdict(facts(state="settled", planned_end_on=None)).say == "决算还没公开"


def test_what_is_missing_is_told_with_its_days_and_its_office() -> None:
    found = verdict(finished(today=date(2026, 10, 17)))
    assert (found.state, found.say) == ("bad", "决算还没公开")
    assert found.line == "10月12日该公开，过了 5 天。"
    assert found.office == "该由：区交通运输局"


def test_everything_missing_is_named() -> None:
    found = verdict(finished(today=date(2027, 3, 1), accepted_on=None), "合同")
    assert found.more == "还缺：审计、验收、合同。"


def test_a_small_work_of_a_village_needs_no_audit() -> None:
    small = replace(finished(today=date(2027, 3, 1)), is_small=True)
    assert "审计" not in [one.title for one in steps_of(small)]


def test_an_audit_report_is_there_with_its_document() -> None:
    told = replace(finished(today=date(2027, 3, 1)), captions=frozenset({Caption.AUDIT}))
    assert step(told, "审计").state == "ok"


def test_a_final_account_shows_what_the_audit_took_off() -> None:
    told = finished(submitted_amount=Decimal(470000), final_amount=Decimal(460000))
    assert step(told, "决算").lines == ("46.00 万元", "送审时 47.00 万元，审掉 1.00 万元")


@pytest.mark.parametrize(("done", "state"), [(date(2026, 6, 10), "ok"), (date(2026, 6, 22), "warn")])
def test_late_works_stay_late(done: date, state: str) -> None:
    told = finished(completed_on=done, accepted_on=done, today=date(2026, 7, 1))
    assert step(told, "完工").state == state
    assert (verdict(told).say == "完工晚了 12 天") is (state == "warn")


@pytest.mark.parametrize(
    ("today", "say"), [(date(2026, 12, 20), "正在做，没有晚"), (date(2026, 12, 21), "过了工期，还没完工")]
)
def test_works_past_their_day_are_late(today: date, say: str) -> None:
    assert verdict(facts(today=today)).say == say


def test_a_project_that_is_planned_lacks_nothing() -> None:
    told = facts(state="planned", method="", winner_public="", planned_end_on=None, **BLANK)
    assert [one.state for one in steps_of(told)] == ["ok", *["none"] * 8]
    assert verdict(told).state == "none"


def test_works_without_builder_and_contract_lack_both() -> None:
    found = verdict(facts(winner_public="", **BLANK))
    assert found.say == "合同还没公开"
    assert found.more == "还缺：谁来做、招标公告。"


def test_villagers_who_build_for_themselves_need_no_contract() -> None:
    told = facts(method="villagers", winner_public="", **BLANK)
    assert [one.title for one in steps_of(told)][:3] == ["预算", "采购", "付款"]
    assert verdict(told).state == "ok"


def test_a_stopped_project_waits_for_nothing() -> None:
    told = facts(state="stopped", today=date(2028, 1, 1))
    assert steps_of(told)[-1].title == "停了"
    assert verdict(told).state == "info"


def test_missing_documents_are_named() -> None:
    found = verdict(facts(), "中标通知书", "合同")
    assert (found.say, found.line) == ("缺中标通知书", "没有公开：中标通知书、合同。")


def test_sums_are_compared_in_plain_words() -> None:
    told = finished(paid="369840", payments=3, final_amount=Decimal(507000), retention=Decimal(13869))
    assert told.sums.sentences == [
        "付了合同的 80%，还有 9.25 万元没付。",
        "决算比预算多 2.10 万元，多 4%。",
        "决算比合同多 4.47 万元，多 10%。",
        "留着质保金 1.39 万元。",
    ]


@pytest.mark.parametrize(
    ("paid", "says"),
    [
        ("462300.00", "合同的钱付清了。"),
        ("463300.00", "付的比合同多 0.10 万元。"),
        ("1.00", "付了合同的不到 1%，还有 46.23 万元没付。"),
    ],
)
def test_what_is_paid_is_held_against_the_contract(paid: str, says: str) -> None:
    assert facts(paid=paid, payments=1).sums.sentences == [says]


def test_changes_count_as_agreed() -> None:
    told = facts(paid="470000", payments=2, change_amount=Decimal(7700), change_count=2)
    assert told.sums.sentences == ["合同的钱付清了。"]
    assert "变更 2 次，加 0.77 万元" in step(told, "合同").lines


def test_more_than_the_contract_is_a_warning() -> None:
    assert verdict(facts(paid="463300.00", payments=1)).say == "付的比合同多"


def test_small_sums_are_told_in_yuan_and_one_page_has_one_unit() -> None:
    small = facts(budget=Decimal("99999.99"), award_amount=None, contract_amount=Decimal(90000))
    assert {bar.money.unit for bar in small.sums.bars} == {"元"}
    assert small.sums.bars[0].money.figure == "99,999.99"
    large = facts(paid="100", payments=1)
    assert {bar.money.unit for bar in large.sums.bars} == {"万元"}


def test_the_longest_bar_is_the_largest_sum() -> None:
    told = finished(paid="231150", payments=1)
    assert [(bar.title, bar.width) for bar in told.sums.bars] == [
        ("预算", 300),
        ("中标价", 285),
        ("合同", 285),
        ("已付", 142),
    ]


@pytest.mark.parametrize(("part", "says"), [("0", "0%"), ("0.99", "不到 1%"), ("1", "1%"), ("80.5", "81%")])
def test_shares_are_whole_percent(part: str, says: str) -> None:
    assert percent(Decimal(part), Decimal(100)) == says
