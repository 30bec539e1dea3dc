"""What the release page shows: figures, comparison, doubtful rows, rows, steps, and what one may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from portal.people.models import Role, User
from portal.people.scope import REVIEWERS
from portal.people.scoped import staff
from portal.places.models import Level
from portal.releases import hooks
from portal.releases.actions.correction import may_withdraw
from portal.releases.actions.drafting import may_draft
from portal.releases.actions.review import REVIEW_PATHS, obstacles, why_not_review
from portal.releases.models import Release, State, Step, Verb
from portal.releases.registry import kind
from portal.releases.staff.acts import may_comment
from portal.releases.staff.comparison import compare
from portal.releases.staff.forms import FiguresForm
from portal.releases.staff.looking import vouchers
from portal.releases.staff.replacing import side_by_side
from portal.releases.staff.rows import rows_of
from portal.releases.staff.tools import release_tools

FIRST_ROWS = 20


@dataclass(frozen=True, kw_only=True)
class Failure:
    """An act that was refused: which, why, and everything that was typed."""

    verb: str
    reasons: list[str]
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What this person may do with this release now, and why not."""

    draft: bool
    review: bool
    why_not_review: str
    obstacles: list[str]
    comment: bool
    withdraw: bool
    correct: bool
    must_explain_discard: bool

    @property
    def any(self) -> bool:
        """Whether there is anything to press, or a reason why not."""
        return any([self.draft, self.review, self.comment, self.withdraw, self.correct, self.why_not_review])


def rights(user: User, release: Release) -> Rights:
    """Ask the actions' own conditions, so that page and action never disagree."""
    clerk = may_draft(user, release.body)
    state = State(release.state)
    why = why_not_review(user, release) if state == State.IN_REVIEW else ""
    corrected = state == State.PUBLISHED and release.corrections.filter(state=State.PUBLISHED).exists()
    return Rights(
        draft=clerk and state == State.DRAFT,
        review=state == State.IN_REVIEW and not why,
        why_not_review=why,
        obstacles=obstacles(release) if clerk and state == State.DRAFT else [],
        comment=state in {State.DRAFT, State.IN_REVIEW} and may_comment(user, release),
        withdraw=state == State.PUBLISHED
        and not release.is_correction
        and not corrected
        and may_withdraw(user, release),
        correct=state == State.PUBLISHED and clerk,
        must_explain_discard=release.steps.exists(),
    )


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One stop of the way: done with its step, current, or still to come."""

    icon: str
    what: str
    who: str = ""
    step: Step | None = None
    at: datetime | None = None


def way(release: Release) -> list[Stop]:
    """Return every step taken, with names, and the stops still ahead."""
    stops = [Stop(icon="ok", what="建立草稿", who=str(release.drafted_by), at=release.created_at)]
    for step in release.steps.select_related("by").order_by("seq"):
        level = f"（{Level(step.level).label}）" if step.level and step.verb != Verb.COMMENT else ""
        icon = {Verb.RETURN: "warn", Verb.WITHDRAW: "bad", Verb.DISCARD: "bad", Verb.COMMENT: "info"}
        stops.append(
            Stop(
                icon=icon.get(Verb(step.verb), "ok"),
                what=step.get_verb_display() + level,
                who=f"{step.by} · {step.office}",
                step=step,
                at=step.at,
            )
        )
    return stops + _ahead(release)


def _ahead(release: Release) -> list[Stop]:
    if release.state == State.DRAFT:
        path = REVIEW_PATHS[Level(release.body.region.level)]
        return [Stop(icon="now", what="录入、提交"), *map(_review_stop, path), Stop(icon="none", what="公开")]
    if release.state == State.IN_REVIEW:
        path = [Level(level) for level in release.review_path]
        at = path.index(Level(release.review_level))
        later = [_review_stop(level) for level in path[at + 1 :]]
        return [_review_stop(path[at], icon="now"), *later, Stop(icon="none", what="公开")]
    if release.state == State.PUBLISHED:
        return [Stop(icon="ok", what="公开", who="最后一级通过，马上公开")]
    return []


def _review_stop(level: Level, icon: str = "none") -> Stop:
    return Stop(icon=icon, what=Role(REVIEWERS[level]).label, who=f"该由{level.label}来审")


def page(request: HttpRequest, release: Release, failure: Failure | None = None) -> dict[str, Any]:
    """Return everything the release page shows to this person."""
    user = staff(request)
    may = rights(user, release)
    disclosure = kind(release.kind)
    return {
        "release": release,
        "may": may,
        "disclosure": disclosure,
        "panels": [
            (panel.title, render_to_string(panel.template, panel.context(release), request))
            for panel in hooks.review_panels
        ],
        "vouchers": vouchers(user, release),
        "sides": side_by_side(release, page=_number(request, "pairs")),
        "comparison": compare(release),
        "table": rows_of(disclosure, release, count=FIRST_ROWS),
        "first_rows": FIRST_ROWS,
        "way": way(release),
        "last_return": _last_return(release),
        "figures": _figures_form(release, failure) if may.draft else None,
        "tools": [tool for make in release_tools for tool in make(user, release)],
        "failure": failure,
        "corrections": release.corrections.exclude(state=State.DISCARDED).order_by("created_at"),
    }


def _figures_form(release: Release, failure: Failure | None) -> FiguresForm:
    has_balance = kind(release.kind).has_balance
    if failure and failure.verb == "figures":
        return FiguresForm(failure.typed, has_balance=has_balance)
    expected, opening = release.expected_amount, release.opening_amount
    return FiguresForm(
        has_balance=has_balance,
        initial={
            "expected_amount": "" if expected is None else f"{expected:.2f}",
            "difference_reason": release.difference_reason,
            "opening_amount": "" if opening is None else f"{opening:.2f}",
            "opening_reason": release.opening_reason,
            "is_nil": release.is_nil,
        },
    )


def _last_return(release: Release) -> Step | None:
    if release.state != State.DRAFT:
        return None
    return release.steps.filter(verb=Verb.RETURN).select_related("by").order_by("-seq").first()


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "1")
    return max(1, min(int(text), 1_000_000)) if text.isascii() and text.isdigit() else 1
