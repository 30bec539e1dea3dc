"""What a project's page opens with: what is missing and since when, what is late, how it stands (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from funds.models import ProjectState
from funds.projects.steps import BUILT, Facts, Step
from portal.pages import words

# What a villager asks for first.
_FIRST = ("决算", "审计", "验收", "合同", "谁来做", "招标公告")
_STANDING = {
    ProjectState.PLANNED: ("none", "刚立项，还没开工"),
    ProjectState.PROCURING: ("none", "正在找谁来做"),
    ProjectState.BUILDING: ("ok", "正在做，没有晚"),
    ProjectState.COMPLETED: ("ok", "做完了，后面的还没到期"),
    ProjectState.SETTLED: ("ok", "做完了，账也公开了"),
    ProjectState.STOPPED: ("info", "这个项目停了"),
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """State, sentence and up to two lines; `office` is who owes what is missing."""

    state: str
    say: str
    line: str = ""
    more: str = ""
    office: str = ""


def verdict_of(facts: Facts, steps: Sequence[Step], missing_documents: Sequence[str]) -> Verdict:
    """Return the verdict on one project."""
    absent = sorted((step for step in steps if step.missing), key=lambda step: _FIRST.index(step.missing))
    if absent:
        return _missing(facts, absent, missing_documents)
    if missing_documents:
        named, late = words.names(missing_documents), _late(facts)
        return Verdict(
            state="bad",
            say=f"缺{missing_documents[0]}",
            line=f"没有公开：{named}。" if missing_documents[1:] else "这份文件还没公开。",
            more=f"{late.say}。" if late else "",
            office=_office(facts),
        )
    return _late(facts) or _dear(facts) or _standing(facts)


def _missing(facts: Facts, absent: Sequence[Step], documents: Sequence[str]) -> Verdict:
    first, *others = absent
    line = ""
    if first.due_on is not None:
        line = f"{facts.day(first.due_on)}该公开，过了 {(facts.today - first.due_on).days} 天。"
    also = [step.missing for step in others] + [one for one in documents if first.missing not in one]
    return Verdict(
        state="bad",
        say=f"{first.missing}还没公开",
        line=line,
        more=f"还缺：{words.names(dict.fromkeys(also))}。" if also else "",
        office=_office(facts),
    )


def _late(facts: Facts) -> Verdict | None:
    project = facts.project
    planned, done = project.planned_end_on, project.completed_on
    if project.state == ProjectState.STOPPED or planned is None:
        return None
    if done is None and planned < facts.today and project.state not in BUILT:
        days = (facts.today - planned).days
        return Verdict(
            state="warn",
            say="过了工期，还没完工",
            line=f"说好 {facts.day(planned)}完工，过了 {days} 天。",
            office=_office(facts),
        )
    if done is not None and done > planned:
        return Verdict(state="warn", say=f"完工晚了 {(done - planned).days} 天", line=_money(facts))
    return None


def _dear(facts: Facts) -> Verdict | None:
    project, sums = facts.project, facts.sums
    if project.agreed is not None and sums.paid > project.agreed:
        return Verdict(
            state="warn", say="付的比合同多", line=f"多付 {sums.say(sums.paid - project.agreed)}。"
        )
    if project.final_amount is not None and project.final_amount > project.budget:
        return Verdict(state="warn", say="决算比预算多", line=_money(facts))
    return None


def _standing(facts: Facts) -> Verdict:
    state, say = _STANDING[ProjectState(facts.project.state)]
    return Verdict(state=state, say=say, line=_money(facts))


def _money(facts: Facts) -> str:
    """Return the sentence on its money that a reader wants first."""
    project, sums = facts.project, facts.sums
    if project.final_amount is not None:
        more = project.final_amount - project.budget
        than = f"比预算{'多' if more > 0 else '少'} {sums.say(abs(more))}" if more else "和预算一样"
        return f"决算 {sums.say(project.final_amount)}，{than}。"
    if sums.payments:
        return f"已经付了 {sums.say(sums.paid)}。"
    return f"预算 {sums.say(project.budget)}。"


def _office(facts: Facts) -> str:
    return f"该由：{facts.project.department}"
