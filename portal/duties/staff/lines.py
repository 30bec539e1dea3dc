"""Open duties as lines of a work list: the deadline, how far the work is, the last period, the ways on.

Everything a line shows of other releases and duties is an annotation: one query for a whole list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import JSONObject
from django.urls import reverse

from portal.duties.models import Duty, DutyQuerySet
from portal.duties.staff.tools import tools_for
from portal.places.models import Level
from portal.releases.models import Release, Stage, State
from portal.releases.models.release import ReleaseQuerySet
from portal.releases.staff.tools import Tool
from portal.releases.staff.words import period_word
from portal.workdays.left import Left, left


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The draft, or the release in review, that will meet a duty."""

    url: str
    state: str
    word: str
    act: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One open duty of a work list."""

    duty: Duty
    left: Left
    period: str
    place: str
    last: str
    is_open: bool
    is_withdrawn: bool
    progress: Progress | None
    tools: list[Tool] = field(default_factory=list)


def with_progress(duties: DutyQuerySet) -> DutyQuerySet:
    """Annotate `told`: the draft or the release in review of the same item, body and days."""
    begun = Release.objects.filter(
        item=OuterRef("item"),
        body=OuterRef("body"),
        start_on__lt=OuterRef("end_on"),
        end_on__gt=OuterRef("start_on"),
        state__in=[State.DRAFT, State.IN_REVIEW],
        stage=Stage.PAID,
        corrects__isnull=True,
    ).order_by("-state", "-created_at")  # in_review before draft
    told = JSONObject(pk="pk", state="state", level="review_level", round="round")
    return duties.annotate(told=Subquery(begun.values(told=told)[:1]))


def with_last(duties: DutyQuerySet) -> DutyQuerySet:
    """Annotate `last`, the newest met duty before it, and `loaded`, what was public before any duty."""
    met = Duty.objects.filter(
        item=OuterRef("item"),
        region=OuterRef("region"),
        start_on__lt=OuterRef("start_on"),
        source__isnull=True,
        thing="",
        release__isnull=False,
    ).order_by("-start_on")
    shown = JSONObject(start_on="start_on", end_on="end_on", due_on="due_on", on="met_on", is_nil="is_nil")
    public = Release.objects.published().filter(
        item=OuterRef("item"), body=OuterRef("body"), end_on__lte=OuterRef("start_on")
    )
    loaded = JSONObject(
        start_on="start_on", end_on="end_on", due_on=Value(None), on="published_on", is_nil="is_nil"
    )
    return duties.annotate(
        last=Subquery(met.values(told=shown)[:1]),
        loaded=Subquery(public.order_by("-end_on", "-published_on").values(told=loaded)[:1]),
    )


def lines(duties: Iterable[Duty], *, today: date, clerks: bool) -> list[Line]:
    """Return the lines of annotated duties; with the ways on where the reader enters them."""
    return [_line(duty, today, clerks=clerks) for duty in duties]


def _line(duty: Duty, today: date, *, clerks: bool) -> Line:
    begun = progress(duty)
    return Line(
        duty=duty,
        left=left(duty.due_on, today),
        period=period_word(duty.start_on, duty.end_on),
        place=place(duty),
        last=_last(getattr(duty, "last", None) or getattr(duty, "loaded", None)),
        is_open=duty.release_id is None,
        is_withdrawn=duty.withdrawn_on is not None,
        progress=begun,
        tools=tools_for(duty) if clerks and begun is None and duty.release_id is None else [],
    )


def progress(duty: Duty) -> Progress | None:
    """Return how far the work on an annotated duty is; None where nobody began."""
    told: Mapping[str, Any] | None = getattr(duty, "told", None)
    if not told:
        return None
    url = reverse("admin:releases_release_change", args=[told["pk"]])
    if told["state"] == State.IN_REVIEW:
        return Progress(url=url, state="info", word=f"{Level(told['level']).label}在审", act="看")
    if told["round"] > 1:
        return Progress(url=url, state="warn", word="退回来了", act="去改")
    return Progress(url=url, state="none", word="草稿中", act="接着做")


def place(duty: Duty) -> str:
    """Return who owes it, with county and township before a village's name, which repeats."""
    is_village = duty.region.level == Level.VILLAGE
    return duty.region.place + duty.body.name if is_village else duty.body.name


def _last(told: Mapping[str, Any] | None) -> str:
    """Return how the last period that became public went."""
    if not told:
        return "没有公开过"
    start_on, end_on, on = (date.fromisoformat(told[name]) for name in ("start_on", "end_on", "on"))
    late = (on - date.fromisoformat(told["due_on"])).days if told["due_on"] else 0
    how = f"晚了 {late} 天" if late > 0 else f"{on.month}月{on.day}日公开"
    nil = "，没有发生" if told["is_nil"] else ""
    return f"{period_word(start_on, end_on)}，{how}{nil}"


def with_due_day(releases: ReleaseQuerySet) -> ReleaseQuerySet:
    """Annotate `due_on` of releases: the tightest day of the open duties that a release will meet."""
    own = Q(body=OuterRef("body")) | Q(region=OuterRef("body__region"))
    owed = Duty.objects.filter(
        own | Q(region__parent=OuterRef("body__region")),
        item=OuterRef("item"),
        start_on__lt=OuterRef("end_on"),
        end_on__gt=OuterRef("start_on"),
        release__isnull=True,
        source__isnull=True,
        thing="",
    )
    found = releases.annotate(due_on=Subquery(owed.order_by("due_on").values("due_on")[:1]))
    return found.order_by(F("due_on").asc(nulls_last=True))
