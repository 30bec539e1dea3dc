"""Decisions of villages: what is refused, what is asked about."""

from __future__ import annotations

import pytest

from portal.releases.models import Release
from tests.villages.telling import decision, errors_of, load_rows, publish, said_of
from villages.models import Decision
from villages.votes import says_passed

pytestmark = pytest.mark.django_db
STEPS = ("党组织提议", "两委商议", "党员审议", "村民决议")


def test_each_village_of_a_file_gets_a_release() -> None:
    load_rows("decisions", decision(), decision(村代码="前白村"))
    assert set(Release.objects.values_list("body__region__short_name", flat=True)) == {"大浦村", "前白村"}


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"实到人数": "31"}, "实到人数", "应到 30 人"),
        ({"应到人数": "0", "实到人数": "0", "同意人数": "0"}, "应到人数", "大于 0"),
        ({"反对人数": "1", "弃权人数": "1"}, "同意人数", "一共 22 人"),
        ({"同意人数": "22"}, "同意人数", "一共 22 人"),
        ({"会议日期": "2026-11-25"}, "会议日期", "今天之后"),
        ({"决议公开日期": "2026-06-09"}, "决议公开日期", "会议日期之前"),
        ({"结果公开日期": "2026-06-09"}, "结果公开日期", "会议日期之前"),
        ({"同意人数": "-1"}, "同意人数", "0 到"),
    ],
)
def test_votes_that_cannot_be_are_refused(cells: dict[str, str], column: str, says: str) -> None:
    ((row, where, message),) = errors_of("decisions", decision(**cells))
    assert (row, where) == (2, column)
    assert says in message


def test_votes_may_come_to_all_who_came() -> None:
    load_rows("decisions", decision(实到人数="30", 同意人数="28", 反对人数="1", 弃权人数="1"))
    assert Decision.objects.get().opposed == 1


def test_a_meeting_held_in_parts_on_one_day_loads_with_a_question() -> None:
    rows = [decision(应到人数="15", 实到人数="12", 同意人数="12") for _ in range(2)]
    assert list(said_of("decisions", *rows)) == ["decision-same-day"]
    assert "decision-same-day" not in said_of("decisions", decision(), decision(环节="党员审议"), batch=2)


def test_a_meeting_that_is_public_already_is_asked_about() -> None:
    publish("decisions", decision())
    assert "decision-same-day" in said_of("decisions", decision(), batch=2)
    assert "decision-same-day" not in said_of("decisions", decision(会议日期="2026-06-24"), batch=3)


def test_right_votes_raise_no_question() -> None:
    assert said_of("decisions", decision()) == {}


@pytest.mark.parametrize(
    ("meeting", "day", "entitled", "present", "is_asked"),
    [
        ("村民代表会议", "2026-06-10", "30", "20", False),
        ("村民代表会议", "2026-06-10", "30", "19", True),
        ("村民会议", "2026-06-10", "400", "201", False),
        ("村民会议", "2026-06-10", "400", "200", True),
        ("成员大会", "2026-06-10", "300", "200", False),
        ("成员大会", "2026-06-10", "300", "199", True),
        ("成员大会", "2025-04-30", "300", "10", False),
        ("成员大会", "2025-05-01", "300", "10", True),
    ],
)
def test_a_quorum_is_that_of_the_meeting_and_the_day(
    meeting: str, day: str, entitled: str, present: str, is_asked: bool
) -> None:
    row = decision(会议类型=meeting, 会议日期=day, 应到人数=entitled, 实到人数=present, 同意人数=present)
    assert ("decision-quorum" in said_of("decisions", row)) is is_asked


@pytest.mark.parametrize(
    ("meeting", "agreed", "result", "is_asked"),
    [
        ("村民代表会议", "11", "通过", False),
        ("村民代表会议", "10", "通过", True),
        ("村民代表会议", "10", "没有通过", False),
        ("成员代表大会", "20", "表决通过", False),
        ("成员代表大会", "19", "表决通过", True),
    ],
)
def test_what_passed_has_enough_votes(meeting: str, agreed: str, result: str, is_asked: bool) -> None:
    present = {"村民代表会议": "20", "成员代表大会": "30"}[meeting]
    row = decision(会议类型=meeting, 实到人数=present, 同意人数=agreed, 结果=result)
    assert ("decision-majority" in said_of("decisions", row)) is is_asked


@pytest.mark.parametrize(("day", "is_asked"), [("2026-06-17", False), ("2026-06-18", True)])
def test_a_decision_is_told_within_seven_days(day: str, is_asked: bool) -> None:
    assert ("decision-late" in said_of("decisions", decision(决议公开日期=day))) is is_asked


def test_a_step_that_is_missing_is_named() -> None:
    rows = [decision(环节=step, 会议类型="") for step in STEPS if step != "党员审议"]
    said = said_of("decisions", *rows)
    assert "还缺：党员审议" in said["decision-steps"]
    assert "decision-steps" not in said_of("decisions", *(decision(环节=step) for step in STEPS), batch=2)


def test_steps_published_before_are_there() -> None:
    publish("decisions", *(decision(环节=step) for step in STEPS[:3]))
    assert "decision-steps" not in said_of("decisions", decision(环节=STEPS[3]), batch=2)


def test_a_meeting_without_its_kind_is_asked_about() -> None:
    assert list(said_of("decisions", decision(会议类型=""))) == ["decision-no-meeting-type"]


def test_a_number_of_two_matters_is_asked_about() -> None:
    said = said_of("decisions", decision(环节=STEPS[0]), decision(环节=STEPS[1], 事项="鱼塘发包"))
    assert "“鱼塘发包”，别处写的是“上坊路硬化”" in said["decision-two-matters"]
    other = decision(环节=STEPS[1], 事项="鱼塘发包", 村代码="前白村")
    assert "decision-two-matters" not in said_of("decisions", decision(环节=STEPS[0]), other, batch=2)


@pytest.mark.parametrize(
    ("result", "passed"),
    [
        ("通过", True),
        ("全票同意", True),
        ("未通过", False),
        ("没有获得通过", False),
        ("暂缓", False),
        ("", False),
    ],
)
def test_a_result_is_read(result: str, passed: bool) -> None:
    assert says_passed(result) is passed
