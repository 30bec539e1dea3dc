"""The one table of what can happen to a ticket: from, event, to, who (pure).

It drives the actions, the database's trigger (which holds the same table), the desk's buttons, the diagram in
the documentation and the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a ticket stands."""

    RECEIVED = "received"
    TRANSFERRED = "transferred"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    VERIFYING = "verifying"
    SUSPENDED = "suspended"
    CONCLUDED = "concluded"
    PUBLISHED = "published"
    NOT_ACCEPTED = "not_accepted"
    MERGED = "merged"
    WRITTEN_OFF = "written_off"


# What officers read.
LABELS = {
    State.RECEIVED: "待受理",
    State.TRANSFERRED: "移送中",
    State.ACCEPTED: "已受理，待分派",
    State.ASSIGNED: "已分派，待核查",
    State.VERIFYING: "核查中",
    State.SUSPENDED: "中止",
    State.CONCLUDED: "有结论，待公布",
    State.PUBLISHED: "已公布，待销号",
    State.NOT_ACCEPTED: "不受理",
    State.MERGED: "已并案",
    State.WRITTEN_OFF: "已销号",
}


class Actor(StrEnum):
    """Who may make a transition happen."""

    REPORTER = "reporter"
    SYSTEM = "system"
    INSPECTOR = "inspector"  # an officer of the office that holds a key to the ticket
    CHIEF = "chief"  # the head of the office
    SECOND = "second"  # an officer of the office who did not do the step before


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One event: where it may come, where it leads (`same`: stays), whose it is, and its button's word."""

    verb: str
    sources: tuple[State, ...]
    target: State | None
    actor: Actor
    word: str
    returns: bool = False  # back to where it was suspended from


_OPEN = (State.ACCEPTED, State.ASSIGNED, State.VERIFYING)
_EARLY = (State.RECEIVED, State.ACCEPTED)
_FINISHED = (State.NOT_ACCEPTED, State.CONCLUDED, State.PUBLISHED, State.WRITTEN_OFF)
_RUNNING = (State.RECEIVED, State.TRANSFERRED, *_OPEN, State.SUSPENDED)

TRANSITIONS = (
    Transition(verb="triage", sources=(State.RECEIVED,), target=None, actor=Actor.INSPECTOR, word="定类别"),
    Transition(
        verb="accept", sources=(State.RECEIVED,), target=State.ACCEPTED, actor=Actor.INSPECTOR, word="受理"
    ),
    Transition(
        verb="refuse",
        sources=(State.RECEIVED,),
        target=State.NOT_ACCEPTED,
        actor=Actor.INSPECTOR,
        word="不受理",
    ),
    Transition(
        verb="assign", sources=(State.ACCEPTED,), target=State.ASSIGNED, actor=Actor.CHIEF, word="分派"
    ),
    Transition(
        verb="reassign",
        sources=(State.ASSIGNED, State.VERIFYING),
        target=State.ASSIGNED,
        actor=Actor.CHIEF,
        word="改派",
    ),
    Transition(
        verb="start",
        sources=(State.ASSIGNED,),
        target=State.VERIFYING,
        actor=Actor.INSPECTOR,
        word="开始核查",
    ),
    Transition(
        verb="conclude",
        sources=(State.VERIFYING,),
        target=State.CONCLUDED,
        actor=Actor.INSPECTOR,
        word="作出结论",
    ),
    Transition(
        verb="publish",
        sources=(State.CONCLUDED,),
        target=State.PUBLISHED,
        actor=Actor.SECOND,
        word="复核并公布",
    ),
    Transition(
        verb="seal_result",
        sources=(State.CONCLUDED,),
        target=State.WRITTEN_OFF,
        actor=Actor.SECOND,
        word="复核，依法不公布",
    ),
    Transition(
        verb="send_back",
        sources=(State.CONCLUDED,),
        target=State.VERIFYING,
        actor=Actor.SECOND,
        word="退回重查",
    ),
    Transition(
        verb="write_off",
        sources=(State.PUBLISHED, State.NOT_ACCEPTED),
        target=State.WRITTEN_OFF,
        actor=Actor.SECOND,
        word="销号",
    ),
    Transition(verb="suspend", sources=_OPEN, target=State.SUSPENDED, actor=Actor.INSPECTOR, word="中止"),
    Transition(
        verb="resume",
        sources=(State.SUSPENDED,),
        target=None,
        actor=Actor.INSPECTOR,
        word="恢复",
        returns=True,
    ),
    Transition(verb="ask_extension", sources=_OPEN, target=None, actor=Actor.INSPECTOR, word="申请延期"),
    Transition(verb="grant_extension", sources=_OPEN, target=None, actor=Actor.CHIEF, word="同意延期"),
    Transition(verb="deny_extension", sources=_OPEN, target=None, actor=Actor.CHIEF, word="不同意延期"),
    Transition(
        verb="merge",
        sources=(State.RECEIVED, *_OPEN),
        target=State.MERGED,
        actor=Actor.CHIEF,
        word="并案",
    ),
    Transition(verb="transfer", sources=_EARLY, target=State.TRANSFERRED, actor=Actor.CHIEF, word="移送"),
    Transition(
        verb="take",
        sources=(State.TRANSFERRED,),
        target=State.RECEIVED,
        actor=Actor.INSPECTOR,
        word="接收",
    ),
    Transition(
        verb="give_back",
        sources=(State.TRANSFERRED,),
        target=State.RECEIVED,
        actor=Actor.INSPECTOR,
        word="退回原单位",
    ),
    Transition(
        verb="return_late",
        sources=(State.TRANSFERRED,),
        target=State.RECEIVED,
        actor=Actor.SYSTEM,
        word="到期退回原单位",
    ),
    Transition(verb="reopen", sources=_FINISHED, target=State.ACCEPTED, actor=Actor.SECOND, word="重新办理"),
    Transition(verb="object", sources=_FINISHED, target=None, actor=Actor.REPORTER, word="不同意这个结果"),
    Transition(verb="answer_objection", sources=_FINISHED, target=None, actor=Actor.SECOND, word="答复异议"),
    Transition(
        verb="settle_funds",
        sources=(State.CONCLUDED, State.PUBLISHED),
        target=None,
        actor=Actor.INSPECTOR,
        word="登记退款",
    ),
    Transition(
        verb="ask", sources=(*_RUNNING, *_FINISHED), target=None, actor=Actor.INSPECTOR, word="问举报人"
    ),
    Transition(
        verb="note", sources=(*_RUNNING, *_FINISHED), target=None, actor=Actor.INSPECTOR, word="记下来"
    ),
    Transition(
        verb="supplement",
        sources=(*_RUNNING, *_FINISHED, State.MERGED),
        target=None,
        actor=Actor.REPORTER,
        word="补充",
    ),
    Transition(verb="rate", sources=_FINISHED, target=None, actor=Actor.REPORTER, word="评一评"),
    Transition(
        verb="grant", sources=(*_RUNNING, *_FINISHED), target=None, actor=Actor.INSPECTOR, word="请人协办"
    ),
    Transition(
        verb="new_calendar", sources=_RUNNING, target=None, actor=Actor.SYSTEM, word="放假安排变了，重算期限"
    ),
)
BY_VERB = {transition.verb: transition for transition in TRANSITIONS}
OPEN = frozenset(_RUNNING) | {State.CONCLUDED}


def moves() -> list[tuple[str, str, str]]:
    """Return every (verb, from, to) that a ticket's row may make, as the database's trigger knows them."""
    found = [("receive", "", State.RECEIVED.value)]
    for one in TRANSITIONS:
        for source in one.sources:
            targets = [_OPEN[0], _OPEN[1], _OPEN[2]] if one.returns else [one.target or source]
            found += [(one.verb, source.value, target.value) for target in targets]
    return found


def possible(state: str) -> list[Transition]:
    """Return what can happen to a ticket in a state."""
    return [one for one in TRANSITIONS if state in one.sources]


def diagram() -> str:
    """Return the table as a mermaid diagram; steps that leave a ticket where it is are listed below it."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for verb, source, target in moves():
        if source != target:
            arrows.setdefault((source or "[*]", target), []).append(verb)
    lines = [f"    {source} --> {target}: {', '.join(verbs)}" for (source, target), verbs in arrows.items()]
    staying = [
        f"* {one.verb} ({one.actor}): {', '.join(one.sources)}"
        for one in TRANSITIONS
        if one.target is None and not one.returns
    ]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```", "", *staying])
