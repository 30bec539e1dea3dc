"""The time line of a project: what is there, late, missing, to come (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.models import LivelihoodProject, ProcurementMethod, ProjectState
from funds.projects.deadlines import due_on
from funds.projects.figures import Sums
from portal.pages import words
from portal.releases.models.attachment import Caption
from portal.workdays.arithmetic import Calendar

BUILT = {ProjectState.COMPLETED, ProjectState.SETTLED}
_BEGUN = {ProjectState.BUILDING, *BUILT}
# Villagers who build for themselves, or nobody who is chosen: no award, and often no contract.
WITHOUT_CONTRACT = {ProcurementMethod.VILLAGERS, ProcurementMethod.WORK_RELIEF, ProcurementMethod.NONE}
_NOT_YET = "还没到"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that the time line is told of one project on one day."""

    project: LivelihoodProject
    sums: Sums
    first_paid_on: date | None
    last_paid_on: date | None
    captions: frozenset[str]
    # A small work of a village: the catalogue asks for no audit.
    is_small: bool
    today: date
    calendar: Calendar

    def day(self, on: date) -> str:
        """Return a day as people say it."""
        return words.day(on, today=self.today)

    def due(self, name: str) -> date | None:
        """Return by when something must be public; None before the works are over."""
        ended = self.project.completed_on
        return None if ended is None else due_on(name, ended, self.calendar)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step. `missing` says what is not public though it should be, `due_on` since when."""

    state: str
    title: str
    when: str = ""
    lines: tuple[str, ...] = ()
    missing: str = ""
    due_on: date | None = None


def steps_of(facts: Facts) -> list[Step]:
    """Return the steps in their order; a stopped project ends where it was stopped."""
    project = facts.project
    found = [_budget(facts), *_procurement(facts), *_contract(facts), _payments(facts)]
    if project.state == ProjectState.STOPPED:
        done = [step for step in found if step.state != "none"]
        return [*done, Step(state="warn", title="停了", lines=("这个项目终止了，不再做。",))]
    return [*found, _completion(facts), *_after(facts)]


def _budget(facts: Facts) -> Step:
    project = facts.project
    lines = [facts.sums.say(project.budget), project.fund_source]
    return Step(state="ok", title="预算", lines=tuple(filter(None, lines)))


def _procurement(facts: Facts) -> Iterator[Step]:
    """Yield how the builder was looked for, and who it is."""
    project = facts.project
    title = "招标" if project.is_tender else "采购"
    method = project.get_method_display()
    if project.announced_on:
        yield Step(state="ok", title=title, when=facts.day(project.announced_on), lines=(method,))
    elif project.is_tender and project.state in _BEGUN:
        yield Step(state="bad", title=title, when="没公开", lines=("公告日期没有写",), missing="招标公告")
    elif project.state in _BEGUN:
        yield Step(state="ok", title=title, lines=(f"不招标：{method}",))
    else:
        yield Step(state="none", title=title, when=_NOT_YET, lines=tuple(filter(None, [method])))
    if project.method in WITHOUT_CONTRACT and not project.winner_public:
        return
    chosen = "中标" if project.is_tender else "谁来做"
    if project.winner_public:
        lines = [project.winner_public]
        if project.award_amount is not None:
            lines.append(facts.sums.say(project.award_amount))
        when = facts.day(project.awarded_on) if project.awarded_on else ""
        yield Step(state="ok", title=chosen, when=when, lines=tuple(lines))
    elif project.state in _BEGUN:
        yield Step(state="bad", title=chosen, when="没公开", lines=("没有写谁来做",), missing="谁来做")
    else:
        yield Step(state="none", title=chosen, when=_NOT_YET)


def _contract(facts: Facts) -> Iterator[Step]:
    project = facts.project
    if project.contract_amount is not None or project.signed_on:
        lines = []
        if project.contract_amount is not None:
            lines.append(facts.sums.say(project.contract_amount))
        if project.planned_end_on:
            lines.append(f"说好 {facts.day(project.planned_end_on)}完工")
        if project.change_amount or project.change_count:
            lines.append(_changes(facts))
        when = facts.day(project.signed_on) if project.signed_on else ""
        yield Step(state="ok", title="合同", when=when, lines=tuple(lines))
    elif project.method in WITHOUT_CONTRACT:
        return
    elif project.state in _BEGUN:
        yield Step(state="bad", title="合同", when="没公开", lines=("开工了，没有写合同",), missing="合同")
    else:
        yield Step(state="none", title="合同", when=_NOT_YET)


def _changes(facts: Facts) -> str:
    project = facts.project
    times = f"变更 {project.change_count} 次" if project.change_count else "有变更"
    change = project.change_amount or Decimal(0)
    if not change:
        return f"{times}，钱没有变"
    return f"{times}，{'加' if change > 0 else '减'} {facts.sums.say(abs(change))}"


def _payments(facts: Facts) -> Step:
    sums, first, last = facts.sums, facts.first_paid_on, facts.last_paid_on
    if not sums.payments or first is None or last is None:
        return Step(state="none", title="付款", when="还没付")
    when = facts.day(first) if first == last else f"{facts.day(first)}到{facts.day(last)}"
    return Step(
        state="ok", title=f"付款 {sums.payments} 次", when=when, lines=(f"一共 {sums.say(sums.paid)}",)
    )


def _completion(facts: Facts) -> Step:
    project = facts.project
    planned, done = project.planned_end_on, project.completed_on
    if done:
        late = (done - planned).days if planned and done > planned else 0
        lines = (f"比计划晚了 {late} 天",) if late else ()
        return Step(state="warn" if late else "ok", title="完工", when=facts.day(done), lines=lines)
    if project.state in BUILT:
        return Step(state="warn", title="完工", when="做完了", lines=("没有写哪天完工",))
    if planned and planned < facts.today:
        line = f"{facts.day(planned)}该完工，过了 {(facts.today - planned).days} 天"
        return Step(state="warn", title="完工", when="还没完", lines=(line,))
    return Step(state="none", title="完工", when=f"{facts.day(planned)}前" if planned else _NOT_YET)


def _after(facts: Facts) -> Iterator[Step]:
    """Yield what follows the end of the works."""
    project = facts.project
    if project.accepted_on:
        yield Step(state="ok", title="验收", when=facts.day(project.accepted_on))
    else:
        yield _awaited(facts, "验收", "acceptance")
    if Caption.AUDIT in facts.captions:
        when = facts.day(project.audited_on) if project.audited_on else ""
        yield Step(state="ok", title="审计", when=when, lines=("审计报告在下面的文件里",))
    elif not facts.is_small:
        yield _awaited(facts, "审计", "audit")
    if project.final_amount is not None:
        lines = [facts.sums.say(project.final_amount)]
        cut = (project.submitted_amount or project.final_amount) - project.final_amount
        if cut > 0:
            lines.append(f"送审时 {facts.sums.say(project.final_amount + cut)}，审掉 {facts.sums.say(cut)}")
        when = facts.day(project.audited_on) if project.audited_on else ""
        yield Step(state="ok", title="决算", when=when, lines=tuple(lines))
    else:
        yield _awaited(facts, "决算", "final")


def _awaited(facts: Facts, title: str, name: str) -> Step:
    due = facts.due(name)
    if due is None and facts.project.state == ProjectState.SETTLED:
        return Step(state="bad", title=title, when="没公开", missing=title)
    if due is None:
        return Step(state="none", title=title, when=_NOT_YET)
    if due >= facts.today:
        return Step(state="none", title=title, when=f"{facts.day(due)}前")
    line = f"{facts.day(due)}该公开"
    return Step(state="bad", title=title, when="没公开", lines=(line,), missing=title, due_on=due)
