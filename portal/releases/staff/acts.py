"""The buttons of the release page: each calls one action and says what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils import timezone

from portal.people.models import Role, User
from portal.people.scope import bodies
from portal.places.models import Level
from portal.releases import actions
from portal.releases.actions.drafting import may_draft
from portal.releases.actions.figures import state_figures
from portal.releases.actions.review import why_not_review
from portal.releases.errors import NotAllowedError, NotReadyError
from portal.releases.models import Release, State, Via
from portal.releases.registry import kind
from portal.releases.staff.forms import FiguresForm


@dataclass(frozen=True)
class Done:
    """What a person reads after an act, and the release to look at next (None: the list)."""

    message: str
    release: Release | None


Run = Callable[[Release, User, QueryDict], Done]
_LONGEST_REASON = 2000


def may_comment(user: User, release: Release) -> bool:
    """Return whether a person takes part in a release's review: its clerks and reviewers; inspectors read."""
    taking_part = {Role.CLERK, Role.TOWNSHIP_REVIEWER, Role.COUNTY_REVIEWER}
    return bodies(user, taking_part).filter(pk=release.body_id).exists()


def _submit(release: Release, user: User, told: QueryDict) -> Done:
    # The action lets a bulk load submit itself; a person at a desk needs the role all the same.
    if not may_draft(user, release.body):
        raise NotAllowedError(f"您不是“{release.body.name}”的录入员，不能提交。")
    done = actions.submit(release.pk, by=user, at=timezone.now())
    return Done(f"已经提交，下一步{Level(done.review_level).label}审核。", done)


def _approve(release: Release, user: User, told: QueryDict) -> Done:
    if release.via == Via.BULK and (why := why_not_review(user, release)):
        raise NotAllowedError(why)
    seen = {"level": told.get("level", ""), "root": told.get("root", "")}
    done = actions.approve(release.pk, by=user, at=timezone.now(), **seen, reason=_reason(told))
    if done.state == State.PUBLISHED:
        return Done("已经通过，现在公开了。", done)
    if done.state == State.IN_REVIEW:
        return Done(f"已经通过，下一步{Level(done.review_level).label}审核。", done)
    return Done("您已经审过这一级了。", done)


def _return(release: Release, user: User, told: QueryDict) -> Done:
    done = actions.return_to_clerk(release.pk, by=user, at=timezone.now(), reason=_reason(told))
    return Done(f"已经退回给{release.drafted_by}。", done)


def _comment(release: Release, user: User, told: QueryDict) -> Done:
    if not may_comment(user, release):
        raise NotAllowedError("这一批您只能看，不能留言。")
    actions.comment(release.pk, by=user, at=timezone.now(), reason=_reason(told))
    return Done("留言已经记下。", release)


def _discard(release: Release, user: User, told: QueryDict) -> Done:
    actions.discard(release.pk, by=user, at=timezone.now(), reason=_reason(told))
    return Done("草稿已经作废。", Release.objects.filter(pk=release.pk).first())


def _withdraw(release: Release, user: User, told: QueryDict) -> Done:
    done = actions.withdraw(release.pk, by=user, at=timezone.now(), reason=_reason(told))
    return Done("已经撤下。公开页上留着位置，写着原因。", done)


def _correct(release: Release, user: User, told: QueryDict) -> Done:
    draft = actions.start_correction(release.pk, by=user, reason=_reason(told))
    return Done("更正的草稿已经建好。请把要改的行录进来，再提交审核。", draft)


def _figures(release: Release, user: User, told: QueryDict) -> Done:
    form = FiguresForm(told, has_balance=kind(release.kind).has_balance)
    if not form.is_valid():
        raise NotReadyError(
            [
                f"{form.fields[name].label}：{error}"
                for name, errors in form.errors.items()
                for error in errors
            ]
        )
    done = state_figures(release.pk, by=user, at=timezone.now(), **form.cleaned_data)
    return Done("已经保存。", done)


def _reason(told: QueryDict) -> str:
    reason = told.get("reason", "").strip()
    if len(reason) > _LONGEST_REASON:
        raise NotReadyError([f"太长了，最多 {_LONGEST_REASON} 个字。"])
    return reason


ACTS: dict[str, Run] = {
    "submit": _submit,
    "approve": _approve,
    "return": _return,
    "comment": _comment,
    "discard": _discard,
    "withdraw": _withdraw,
    "correct": _correct,
    "figures": _figures,
}
