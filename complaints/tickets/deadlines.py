"""When a complaint must be decided, finished, answered: rules as data, and the dates they give (pure)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, partial
from itertools import islice, pairwise, takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

from portal.workdays.arithmetic import Calendar, Pause, Unit, unpaused

SHIPPED_RULES = Path(__file__).parent / "rules.csv"
# How a rule that no text states begins its source: a county decides it for itself.
ASSUMED = "assumed"
_UNITS: dict[str, Unit] = {"workdays": "workdays", "days": "days"}
_ZONE = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)


class Track(StrEnum):
    """Which kind of complaint it is, and so whose time limits hold."""

    UNTRIAGED = ""
    ACCUSATION = "A"  # 检举控告
    CLAIM = "B"  # 申诉求决
    DISCLOSURE = "C"  # 应公开未公开、公开不实
    ADVICE = "D"  # 咨询建议


class Step(StrEnum):
    """What has to be done by the date."""

    DECIDE = "decide"  # accept or not
    PASS_ON = "pass_on"  # noqa: S105  # send up what belongs to a higher level
    ASSIGN = "assign"
    FINISH = "finish"
    TELL = "tell"  # the result, to a reporter who gave a name
    PUBLISH = "publish"
    ANSWER = "answer"  # a supplement of the reporter
    RETURN = "return"  # the office it was transferred to takes it, or it goes back
    OBJECT = "object"  # the reporter's own time to object to the result


class Anchor(StrEnum):
    """From what the days are counted; `EVENT` is the step's own: a supplement, a transfer, a result told."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    CONCLUDED = "concluded"
    EVENT = "event"


class Light(StrEnum):
    """How near a date is."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class NoRuleError(Exception):
    """No rule says by when this step of this track has to be done."""


class RuleFileError(Exception):
    """The list of rules cannot be used; the text says which line, and why."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One time limit, valid in [start_on, end_on).

    `extension_days` is the most that one extension may add, in the rule's own unit; `warn_days` are
    working days before the date.
    """

    track: Track
    step: Step
    anchor: Anchor
    days: int
    unit: Unit
    extension_days: int
    extensions: int
    warn_days: int
    start_on: date
    end_on: date | None
    source: str

    def __post_init__(self) -> None:
        """Refuse what no rule can mean."""
        if self.days < 1 or self.warn_days < 0:
            raise ValueError("期限至少一天，提醒不能是负数")
        if self.extension_days < 0 or (self.extension_days > 0) != (self.extensions > 0):
            raise ValueError("延长的天数和次数要么都写，要么都是 0")
        if self.end_on is not None and self.end_on <= self.start_on:
            raise ValueError("停用日期要在启用日期之后")
        if not self.source:
            raise ValueError("没有写依据")

    @property
    def is_assumed(self) -> bool:
        """Whether no text states it."""
        return self.source.startswith(ASSUMED)

    def is_valid(self, on: date) -> bool:
        """Say whether it holds for what happens on a day."""
        return self.start_on <= on and (self.end_on is None or on < self.end_on)

    def can_extend(self, days: int, *, times_before: int) -> bool:
        """Say whether a further extension by `days` is within the rule."""
        return 0 < days <= self.extension_days and times_before < self.extensions


def read_rules(lines: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules of a csv list whose columns are the fields of Rule.

    Raises:
        RuleFileError: a line states no rule, or two rules hold for one step on one day.
    """
    reader = csv.DictReader(lines)
    rules = []
    for row in reader:
        try:
            rules.append(_rule(row))
        except (KeyError, TypeError, ValueError) as error:
            raise RuleFileError(f"第 {reader.line_num} 行不对：{error}。") from error
    rules.sort(key=lambda rule: (rule.track, rule.step, rule.start_on))
    for rule, after in pairwise(rules):
        if (rule.track, rule.step) == (after.track, after.step) and rule.is_valid(after.start_on):
            raise RuleFileError(f"{rule.track or '未分类'} {rule.step} 在 {after.start_on} 有两条规则。")
    return tuple(rules)


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """Return the rules that come with the project."""
    with SHIPPED_RULES.open(encoding="utf-8", newline="") as stream:
        return read_rules(stream)


def _rule(row: dict[str, str]) -> Rule:
    return Rule(
        track=Track(row["track"]),
        step=Step(row["step"]),
        anchor=Anchor(row["anchor"]),
        days=int(row["days"]),
        unit=_UNITS[row["unit"]],
        extension_days=int(row["extension_days"]),
        extensions=int(row["extensions"]),
        warn_days=int(row["warn_days"]),
        start_on=date.fromisoformat(row["start_on"]),
        end_on=date.fromisoformat(row["end_on"]) if row["end_on"] else None,
        source=row["source"],
    )


def rule_for(rules: Iterable[Rule], track: Track, step: Step, on: date) -> Rule:
    """Return the rule for a step that is valid on a day: the track's own, else the one for every track.

    Where two of them overlap, the newer one holds.

    Raises:
        NoRuleError: there is neither.
    """
    found = [
        rule
        for rule in rules
        if rule.step == step and rule.track in {track, Track.UNTRIAGED} and rule.is_valid(on)
    ]
    if not found:
        raise NoRuleError(f"No rule for {step} on track {track or '-'} on {on}.")
    return max(found, key=lambda rule: (rule.track == track, rule.start_on))


def due(
    rule: Rule,
    anchor_on: date,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    extended_days: int = 0,
) -> date | None:
    """Return the last day for a step, or None while an open pause holds it up.

    `extended_days` is the sum of all extensions, in the rule's unit. How days are counted is said at
    `Calendar.add`.

    Raises:
        ValueError: `extended_days` is negative.
    """
    if extended_days < 0:
        raise ValueError("An extension cannot be negative.")
    return calendar.add(anchor_on, rule.days + extended_days, rule.unit, pauses)


def never_earlier(new: date | None, announced: date | None) -> date | None:
    """Return a date computed anew, but not earlier than the reporter was told; None (paused) stays None."""
    if new is None or announced is None:
        return new
    return max(new, announced)


def light(due_on: date | None, today: date, calendar: Calendar, warn_days: int) -> Light:
    """Say how near a date is: red once it is past, amber within `warn_days` working days; paused is green."""
    if due_on is None:
        return Light.GREEN
    if today > due_on:
        return Light.RED
    return Light.AMBER if calendar.days_left(due_on, today) <= warn_days else Light.GREEN


def due_moment(due_on: date) -> datetime:
    """Return the first moment that is too late: a day ends at 24:00 in Asia/Shanghai."""
    return datetime.combine(due_on + _DAY, time.min, tzinfo=_ZONE)


_SINCE = {
    Anchor.RECEIVED: "收到",
    Anchor.ACCEPTED: "受理",
    Anchor.CONCLUDED: "查完",
}
_SINCE_EVENT = {
    Step.ANSWER: "收到补充材料",
    Step.RETURN: "转办",
    Step.OBJECT: "告知结果",
}


def explain(
    rule: Rule,
    anchor_on: date,
    due_on: date | None,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extended: int = 0,
) -> str:
    """Say in one or two sentences how a date was found, for a reader of sixty-five.

    从11月6日收到的第二天起，数15个工作日（周末和放假不算），是11月27日。
    """
    counted = due(rule, anchor_on, calendar, pauses, extended)
    years = {one.year for one in (anchor_on, due_on, counted) if one}
    day = partial(_spoken, has_year=len(years) > 1)
    since = _SINCE.get(rule.anchor) or _SINCE_EVENT.get(rule.step, "登记")
    start = f"从{day(anchor_on)}{since}的第二天起，数{_length(rule, extended)}"
    if due_on is None or counted is None:
        return f"{start}（{_left_out(rule.unit)}）。现在暂停办理，恢复以后接着数。"
    held = _paused_between(anchor_on, counted, pauses)
    without = f"，中间暂停的{held}天不算" if held else ""
    has_makeup = rule.unit == "workdays" and any(anchor_on < one <= counted for one in calendar.makeup)
    aside = _left_out(rule.unit) + ("，调休上班的周末算" if has_makeup else "")
    last = next(islice(unpaused(anchor_on + _DAY, pauses), rule.days + extended - 1, None))
    end = f"，是{day(counted)}。"
    if rule.unit == "days" and last != counted:
        end = f"，到{day(last)}，那天不上班，顺延到{day(counted)}。"
    return f"{start}（{aside}）{without}{end}{_reservation(rule, anchor_on, due_on, counted, calendar)}"


def _spoken(day: date, *, has_year: bool) -> str:
    year = f"{day.year}年" if has_year else ""
    return f"{year}{day.month}月{day.day}日"


def _length(rule: Rule, extended: int) -> str:
    unit = "个工作日" if rule.unit == "workdays" else "天"
    if not extended:
        return f"{rule.days}{unit}"
    return f"{rule.days}{unit}再加批准延长的{extended}{unit}"


def _left_out(unit: Unit) -> str:
    return "周末和放假不算" if unit == "workdays" else "周末和放假也算"


def _paused_between(start: date, end: date, pauses: Sequence[Pause]) -> int:
    """Count the paused days after `start` up to and including `end`."""
    running = takewhile(lambda day: day <= end, unpaused(start + _DAY, pauses))
    return (end - start).days - sum(1 for _ in running)


def _reservation(rule: Rule, anchor_on: date, due_on: date, counted: date, calendar: Calendar) -> str:
    """Return the second sentence: another day was announced, or the count leans on a year without data."""
    if due_on != counted:
        told = _spoken(due_on, has_year=due_on.year != counted.year)
        return f"以前告诉您的是{told}，还按{told}。"
    first = counted if rule.unit == "days" else anchor_on + _DAY
    unknown = [year for year in range(first.year, counted.year + 1) if not calendar.is_known(year)]
    if not unknown:
        return ""
    return f"没有{unknown[-1]}年的放假安排，先按周一到周五上班算；以后重算，只会往后，不会提前。"
