"""What there is to do today, for clerks, reviewers and inspectors; and their words in the menu."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from portal.people.models import INSPECTORS, Role, User
from portal.people.scope import bodies, has_role
from portal.people.scoped import staff
from portal.people.site import Entry, Section, is_at
from portal.releases.models import Release, State, Step, Verb
from portal.releases.models.release import ReleaseQuerySet
from portal.releases.staff.tools import due_days, list_tools
from portal.releases.staff.worklist import PARAMETER, counts
from portal.workdays.left import Left, left

REVIEWERS = {Role.TOWNSHIP_REVIEWER, Role.COUNTY_REVIEWER}
STAFF = {Role.CLERK} | INSPECTORS | REVIEWERS
SHOWN = 10


def entries(request: HttpRequest) -> Iterable[Entry]:
    """Return the menu of a person's roles, with counts of what waits."""
    user = staff(request)
    if not has_role(user, *STAFF):
        return
    found = counts(user, {"waiting", "returned"})
    if has_role(user, *REVIEWERS):
        yield _entry(request, "待审", "waiting", found["waiting"])
    if has_role(user, Role.CLERK):
        yield _entry(request, "退回来的", "returned", found["returned"])
        yield _entry(request, "我录的", "mine", None)
    yield _entry(request, "全部批次", "", None)


def _entry(request: HttpRequest, word: str, tab: str, count: int | None) -> Entry:
    url = reverse("admin:releases_release_changelist")
    if tab:
        url = f"{url}?{PARAMETER}={tab}"
    current = is_at(request, url) and (bool(tab) or PARAMETER not in request.GET)
    return Entry(word=word, url=url, count=count, is_current=current)


def today(request: HttpRequest) -> Iterable[Section]:
    """Return what to do first: returned, waiting for review, drafts; for inspectors what is new."""
    user = staff(request)
    if has_role(user, Role.CLERK):
        yield from _for_clerk(user)
    if has_role(user, *REVIEWERS):
        waiting = Release.objects.for_staff(user).waiting_for(user).with_names().order_by("created_at")
        waiting = _by_due_day(waiting)
        yield _section("等您审的", waiting, "没有等您审的。", "waiting")
    if has_role(user, *INSPECTORS):
        seen = Release.objects.for_staff(user).filter(state__in=[State.PUBLISHED, State.WITHDRAWN])
        yield _section(
            "最近公开的", seen.with_names().order_by("-published_at"), "还没有公开的。", "published"
        )
    if tools := [tool for make in list_tools for tool in make(user)]:
        yield Section(title="开始做", template="admin/releases/today_tools.html", context={"tools": tools})


def _for_clerk(user: User) -> Iterable[Section]:
    drafts = Release.objects.editable_by(user).with_names()
    returns = Step.objects.filter(release=OuterRef("pk"), verb=Verb.RETURN).order_by("-seq")
    returned = drafts.filter(round__gt=1).annotate(
        return_reason=Subquery(returns.values("reason")[:1]),
        returned_at=Subquery(returns.values("at")[:1]),
        returned_by=Subquery(returns.values("by__name")[:1]),
        returned_from=Subquery(returns.values("office")[:1]),
    )
    returned = _by_due_day(returned.order_by("returned_at"))
    yield _section("退回来的", returned, "没有退回来的。", "returned")
    fresh = _by_due_day(drafts.filter(round=1).order_by("-created_at"))
    yield _section("还没提交的草稿", fresh, "没有草稿。", "drafts")
    mine = Release.objects.filter(state=State.IN_REVIEW, body__in=bodies(user, {Role.CLERK}))
    under_review = mine.with_names().order_by("created_at")
    yield _section("交上去在审的", _by_due_day(under_review), "没有在审的。", "review")


def _by_due_day(found: ReleaseQuerySet) -> ReleaseQuerySet:
    """Annotate `due_on` and put the tightest first, where a room above knows of deadlines."""
    order = found.query.order_by
    for annotate in due_days:
        found = annotate(found)
    return found.order_by(*found.query.order_by, *order) if due_days else found


def _left(release: Release, today: date) -> Left | None:
    due_on: date | None = getattr(release, "due_on", None)
    return left(due_on, today) if due_on else None


def _section(title: str, found: Iterable[Release], empty: str, tab: str) -> Section:
    releases = list(found[: SHOWN + 1])  # type: ignore[index] # a queryset
    today = timezone.localdate()
    for release in releases:
        release.left = _left(release, today)
    return Section(
        title=title,
        template="admin/releases/today.html",
        count=len(releases),
        context={"releases": releases[:SHOWN], "has_more": len(releases) > SHOWN, "empty": empty, "tab": tab},
    )
