"""Time limits: the rules that ship, the dates they give against a naive count, and the words for them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.tickets.deadlines import (
    Anchor,
    Light,
    NoRuleError,
    Rule,
    RuleFileError,
    Step,
    Track,
    due,
    due_moment,
    explain,
    light,
    never_earlier,
    read_rules,
    rule_for,
    shipped_rules,
)
from portal.workdays.arithmetic import Calendar, Pause
from tests.calendars import shipped, shipped_days

CALENDAR = shipped()
RULES = shipped_rules()
TODAY = date(2026, 11, 6)  # a Friday
HEADER = "track,step,anchor,days,unit,extension_days,extensions,warn_days,start_on,end_on,source\n"


def _rule(track: str, step: str) -> Rule:
    return rule_for(RULES, Track(track), Step(step), TODAY)


def _custom(**changes: Any) -> Rule:
    """Return the rule for finishing a claim, changed."""
    return replace(_rule("B", "finish"), **changes)


# --- The naive count: one day after the other, by the list itself, on purpose without the code it judges.


def _is_worked(day: date) -> bool:
    match shipped_days().get(day):
        case "off":
            return False
        case "make-up work":
            return True
    return day.strftime("%a") not in {"Sat", "Sun"}


def _naive(rule: Rule, anchor_on: date, pauses: list[Pause], extended: int) -> date | None:
    left = rule.days + extended
    day = anchor_on
    while True:
        day = day + timedelta(days=1)
        is_paused = False
        for start, end in pauses:
            if day >= start and end is None:
                return None
            if end is not None and start <= day < end:
                is_paused = True
        if is_paused:
            continue
        if rule.unit == "days" or _is_worked(day):
            left -= 1
        if left <= 0 and _is_worked(day):
            return day


Case = tuple[Rule, date, list[Pause], int]


def _cases(seed: int) -> Iterator[Case]:
    """Yield cases without end: every rule, years with and without data, pauses closed, open, overlapping."""
    chance = random.Random(seed)
    first = date(2020, 1, 1)
    while True:
        rule = chance.choice(RULES)
        anchor_on = first + timedelta(days=chance.randrange(9 * 365))
        pauses: list[Pause] = []
        for _ in range(chance.choice((0, 0, 0, 1, 1, 2, 4))):
            start = anchor_on + timedelta(days=chance.randrange(-20, 70))
            pauses.append((start, start + timedelta(days=chance.choice((0, 1, 2, 7, 30)))))
        if chance.random() < 0.1:
            pauses.append((anchor_on + timedelta(days=chance.randrange(120)), None))
        extended = chance.choice((0, 0, 0, 1, 7, 30)) if rule.extensions else 0
        yield rule, anchor_on, pauses, extended


def test_a_hundred_thousand_cases_agree_with_the_naive_count() -> None:
    seen = {"make-up day": 0, "open": 0, "closed": 0, "extended": 0, "new year": 0, "no data": 0}
    for case in islice(_cases(20261125), 100_000):
        rule, anchor_on, pauses, extended = case
        expected = _naive(rule, anchor_on, pauses, extended)
        assert due(rule, anchor_on, CALENDAR, pauses, extended) == expected, case
        seen["make-up day"] += expected in CALENDAR.makeup
        seen["open"] += expected is None
        seen["closed"] += bool(pauses) and expected is not None
        seen["extended"] += extended > 0
        seen["new year"] += expected is not None and expected.year != anchor_on.year
        seen["no data"] += expected is not None and not CALENDAR.is_known(expected.year)
    assert min(seen.values()) > 500, seen


_DAYS = st.dates(date(2020, 6, 1), date(2028, 6, 30))
_PAUSES: st.SearchStrategy[list[Pause]] = st.lists(
    st.builds(
        lambda start, length: (start, None if length is None else start + timedelta(days=length)),
        _DAYS,
        st.none() | st.integers(0, 400),
    ),
    max_size=5,
)


@settings(max_examples=300)
@given(st.sampled_from(RULES), _DAYS, _PAUSES, st.integers(0, 400))
def test_any_case_agrees_with_the_naive_count(
    rule: Rule, anchor_on: date, pauses: list[Pause], extended: int
) -> None:
    assert due(rule, anchor_on, CALENDAR, pauses, extended) == _naive(rule, anchor_on, pauses, extended)


# --- The rules.


@pytest.mark.parametrize(
    ("track", "step", "anchor", "days", "unit"),
    [
        ("", "decide", "received", 15, "workdays"),
        ("A", "pass_on", "received", 5, "workdays"),
        ("A", "decide", "received", 15, "workdays"),
        ("A", "finish", "accepted", 60, "days"),
        ("A", "tell", "concluded", 15, "workdays"),
        ("B", "decide", "received", 15, "days"),
        ("B", "finish", "accepted", 60, "days"),
        ("B", "object", "event", 30, "days"),
        ("C", "finish", "received", 20, "workdays"),
        ("D", "finish", "received", 5, "workdays"),
        *((track, "assign", "accepted", 3, "workdays") for track in Track),
        *((track, "publish", "concluded", 10, "workdays") for track in Track),
        *((track, "answer", "event", 10, "workdays") for track in Track),
        *((track, "return", "event", 3, "workdays") for track in Track),
    ],
)
def test_the_shipped_rules_say_what_was_decided(
    track: str, step: str, anchor: str, days: int, unit: str
) -> None:
    rule = _rule(track, step)
    assert (rule.anchor, rule.days, rule.unit) == (anchor, days, unit)


def test_every_track_can_be_decided_and_finished() -> None:
    for track in Track:
        assert _rule(track, "decide").days <= 15
        if track is not Track.UNTRIAGED:
            assert _rule(track, "finish").anchor in {Anchor.ACCEPTED, Anchor.RECEIVED}


def test_a_rule_names_its_text_or_says_that_it_is_assumed() -> None:
    assert all(("《" in rule.source) or rule.is_assumed for rule in RULES)
    assert _rule("", "assign").is_assumed
    assert not _rule("B", "finish").is_assumed


def test_a_claim_is_extended_once_by_thirty_days_at_most() -> None:
    rule = _rule("B", "finish")
    assert rule.can_extend(30, times_before=0)
    assert not rule.can_extend(31, times_before=0)
    assert not rule.can_extend(0, times_before=0)
    assert not rule.can_extend(1, times_before=1)
    assert not _rule("D", "finish").can_extend(1, times_before=0)


def test_the_tracks_own_rule_goes_before_the_common_one_and_the_valid_one_before_others() -> None:
    common = _custom(track=Track.UNTRIAGED, days=10)
    old = _custom(days=20, end_on=date(2026, 7, 1))
    new = _custom(days=30, start_on=date(2026, 7, 1))
    rules = [new, common, old]
    assert rule_for(rules, Track.CLAIM, Step.FINISH, date(2026, 6, 30)).days == 20
    assert rule_for(rules, Track.CLAIM, Step.FINISH, date(2026, 7, 1)).days == 30
    assert rule_for(rules, Track.ADVICE, Step.FINISH, date(2026, 7, 1)).days == 10


def test_of_two_rules_that_overlap_the_newer_one_holds() -> None:
    old, new = _custom(days=20), _custom(days=30, start_on=date(2026, 7, 1))
    for rules in ([old, new], [new, old]):
        assert rule_for(rules, Track.CLAIM, Step.FINISH, TODAY).days == 30


def test_a_step_without_a_rule_is_an_error() -> None:
    with pytest.raises(NoRuleError, match="pass_on"):
        rule_for(RULES, Track.CLAIM, Step.PASS_ON, TODAY)
    ended = _custom(end_on=TODAY)
    with pytest.raises(NoRuleError, match="finish"):
        rule_for([ended], Track.CLAIM, Step.FINISH, TODAY)
    with pytest.raises(NoRuleError, match="1999"):
        rule_for(RULES, Track.CLAIM, Step.FINISH, date(1999, 1, 1))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("E,decide,received,15,days,0,0,3,2026-01-01,,x", "第 2 行"),
        ("A,wait,received,15,days,0,0,3,2026-01-01,,x", "第 2 行"),
        ("A,decide,received,15,weeks,0,0,3,2026-01-01,,x", "第 2 行"),
        ("A,decide,received,0,days,0,0,3,2026-01-01,,x", "至少一天"),
        ("A,decide,received,15,days,30,0,3,2026-01-01,,x", "都是 0"),
        ("A,decide,received,15,days,0,0,3,2026-01-01,2026-01-01,x", "停用日期"),
        ("A,decide,received,15,days,0,0,3,2026-01-01,,", "依据"),
        ("A,decide", "第 2 行"),
        ("A,decide,received,15,days,0,0,3,2026-01-01,,x\n" * 2, "有两条规则"),
    ],
)
def test_a_list_with_nonsense_is_refused(line: str, sentence: str) -> None:
    with pytest.raises(RuleFileError, match=sentence):
        read_rules((HEADER + line).splitlines())


# --- Dates.


def test_an_extension_counts_in_the_rules_own_unit() -> None:
    assert due(_rule("B", "finish"), date(2026, 7, 1), CALENDAR) == date(2026, 8, 31)  # 30 August is a Sunday
    assert due(_rule("B", "finish"), date(2026, 7, 1), CALENDAR, (), 30) == date(2026, 9, 29)
    assert due(_rule("D", "finish"), TODAY, CALENDAR, (), 5) == date(2026, 11, 20)
    with pytest.raises(ValueError, match="negative"):
        due(_rule("D", "finish"), TODAY, CALENDAR, (), -1)


def test_a_date_never_moves_before_the_announced_one() -> None:
    early, late = date(2026, 11, 20), date(2026, 11, 23)
    assert never_earlier(early, late) == late
    assert never_earlier(late, early) == late
    assert never_earlier(early, None) == early
    assert never_earlier(None, late) is None


def test_a_notice_that_comes_later_moves_a_date_only_back() -> None:
    rule = _rule("", "decide")
    guessed = due(rule, date(2026, 12, 18), Calendar())
    known = due(rule, date(2026, 12, 18), Calendar(holidays=frozenset({date(2027, 1, 1)})))
    assert guessed == date(2027, 1, 8)
    assert never_earlier(known, guessed) == known == date(2027, 1, 11)
    assert never_earlier(guessed, known) == known


@pytest.mark.parametrize(
    ("today", "shown"),
    [
        (date(2026, 11, 2), Light.GREEN),
        (date(2026, 11, 3), Light.AMBER),  # three working days left
        (date(2026, 11, 6), Light.AMBER),
        (date(2026, 11, 7), Light.RED),
    ],
)
def test_the_light_turns_amber_in_working_days_and_red_when_past(today: date, shown: str) -> None:
    assert light(date(2026, 11, 6), today, CALENDAR, 3) == shown
    assert light(None, today, CALENDAR, 3) == Light.GREEN


def test_amber_over_the_national_holidays_begins_before_them() -> None:
    assert light(date(2026, 10, 9), date(2026, 9, 30), CALENDAR, 2) == Light.AMBER
    assert light(date(2026, 10, 9), date(2026, 9, 29), CALENDAR, 2) == Light.GREEN


def test_a_day_ends_at_midnight_in_shanghai() -> None:
    assert due_moment(date(2026, 11, 27)) == datetime(2026, 11, 27, 16, tzinfo=UTC)
    assert due_moment(date(2026, 12, 31)).isoformat() == "2027-01-01T00:00:00+08:00"


# --- Words.


def _told(track: str, step: str, anchor_on: date, pauses: Sequence[Pause] = (), extended: int = 0) -> str:
    rule = _rule(track, step)
    due_on = due(rule, anchor_on, CALENDAR, pauses, extended)
    return explain(rule, anchor_on, due_on, CALENDAR, pauses, extended)


def test_working_days_are_explained() -> None:
    assert (
        _told("A", "decide", date(2026, 11, 6))
        == "从11月6日收到的第二天起，数15个工作日（周末和放假不算），是11月27日。"
    )


def test_make_up_weekends_are_mentioned_where_they_count() -> None:
    assert _told("C", "finish", date(2026, 9, 18)) == (
        "从9月18日收到的第二天起，数20个工作日（周末和放假不算，调休上班的周末算），是10月22日。"
    )


def test_a_moved_date_is_explained_with_both_days() -> None:
    assert _told("B", "finish", date(2026, 8, 4)) == (
        "从8月4日受理的第二天起，数60天（周末和放假也算），到10月3日，那天不上班，顺延到10月8日。"
    )


def test_extension_and_pause_are_explained() -> None:
    pauses: list[Pause] = [(date(2026, 3, 9), date(2026, 3, 12)), (date(2026, 3, 10), date(2026, 3, 14))]
    assert _told("B", "finish", date(2026, 3, 2), pauses, 30) == (
        "从3月2日受理的第二天起，数60天再加批准延长的30天（周末和放假也算），中间暂停的5天不算，是6月5日。"
    )


def test_a_paused_step_has_no_date() -> None:
    assert _told("A", "assign", date(2026, 11, 6), [(date(2026, 11, 9), None)]) == (
        "从11月6日受理的第二天起，数3个工作日（周末和放假不算）。现在暂停办理，恢复以后接着数。"
    )


def test_a_year_without_a_notice_is_said_and_years_are_written() -> None:
    assert _told("", "decide", date(2026, 12, 18)) == (
        "从2026年12月18日收到的第二天起，数15个工作日（周末和放假不算），是2027年1月8日。"
        "没有2027年的放假安排，先按周一到周五上班算；以后重算，只会往后，不会提前。"
    )


@pytest.mark.parametrize(
    ("track", "step", "anchor_on", "is_said"),
    [
        ("D", "finish", date(2027, 3, 1), True),
        ("A", "decide", date(2020, 12, 28), True),  # its first days lie in 2020
        ("A", "decide", date(2020, 12, 31), False),
        ("B", "decide", date(2020, 12, 28), False),  # calendar days lean on the last day alone
        ("B", "decide", date(2026, 12, 28), True),
        ("B", "decide", date(2026, 12, 1), False),
    ],
)
def test_a_year_without_a_notice_is_said_only_where_the_count_leans_on_it(
    track: str, step: str, anchor_on: date, is_said: bool
) -> None:
    rule = replace(_rule(track, step), start_on=date(2020, 1, 1))
    said = explain(rule, anchor_on, due(rule, anchor_on, CALENDAR), CALENDAR)
    assert ("的放假安排" in said) == is_said


def test_an_announced_date_that_is_kept_is_said() -> None:
    said = explain(_rule("A", "decide"), TODAY, date(2026, 11, 30), CALENDAR)
    assert said.endswith("，是11月27日。以前告诉您的是11月30日，还按11月30日。")


@pytest.mark.parametrize(
    ("step", "words"),
    [("answer", "收到补充材料"), ("return", "转办"), ("object", "告知结果"), ("publish", "查完")],
)
def test_every_step_names_what_it_is_counted_from(step: str, words: str) -> None:
    assert f"从11月6日{words}的第二天起" in _told("B", step, TODAY)


@given(st.sampled_from(RULES), _DAYS, _PAUSES, st.integers(0, 60))
def test_any_explanation_names_the_date_in_one_or_two_sentences(
    rule: Rule, anchor_on: date, pauses: list[Pause], extended: int
) -> None:
    due_on = due(rule, anchor_on, CALENDAR, pauses, extended)
    said = explain(rule, anchor_on, due_on, CALENDAR, pauses, extended)
    assert said.count("。") in {1, 2}
    assert "None" not in said
    assert due_on is None or f"{due_on.month}月{due_on.day}日" in said
