"""Review: submit, approve level by level, return with reasons, comment. The last approval publishes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from portal.people.models import Role, User
from portal.people.scope import REVIEWERS, bodies
from portal.places.models import Level
from portal.releases import hooks, trees
from portal.releases.actions import attachments
from portal.releases.actions.drafting import may_draft, names_for, recount
from portal.releases.actions.narrowing import expire, is_looser, obey_orders
from portal.releases.actions.publication import publish, wrong_replacements
from portal.releases.actions.steps import append_step, locked, rule_of
from portal.releases.errors import DuplicateError, NotAllowedError, NotReadyError, WrongStateError
from portal.releases.models import Release, State, Step, Verb, Via

# Who reviews after whom, by level of the releasing body; the drafter never reviews.
REVIEW_PATHS = {
    Level.VILLAGE: [Level.TOWNSHIP, Level.COUNTY],
    Level.TOWNSHIP: [Level.TOWNSHIP, Level.COUNTY],
    Level.COUNTY: [Level.COUNTY],
    Level.CITY: [Level.COUNTY],
}


def obstacles(release: Release) -> list[str]:
    """Return why a draft may not be submitted yet, in words for the clerk."""
    reasons = []
    if not release.row_count and not release.is_nil and not release.replacements.exists():
        reasons.append("一行也没有。没有发生的，请勾选“本期无发生”。")
    if release.row_count and release.is_nil:
        reasons.append(f"勾选了“本期无发生”，表里却有 {release.row_count} 行。请去掉勾选，或作废这份草稿。")
    if release.expected_amount is not None and release.difference and not release.difference_reason:
        reasons.append(
            f"合计 {release.amount:,.2f} 元，拨款文件 {release.expected_amount:,.2f} 元，"
            f"相差 {release.difference:,.2f} 元。请改对，或写明相差的原因。"
        )
    if release.names != names_for(release.item, release.corrects):
        reasons.append("这一项的姓名公开办法改过了。请作废这份草稿，重新导入。")
    reasons.extend(wrong_replacements(release))
    reasons.extend(attachments.unfinished(release))
    for check in hooks.submission_checks:
        reasons.extend(check(release))
    return reasons


@transaction.atomic
def submit(release_id: UUID, *, by: User, at: datetime) -> Release:
    """Hand a draft in for review: rows are frozen and the root that reviewers approve is computed.

    Waits for loads into the draft (they hold it FOR SHARE) and counts their rows.

    Raises:
        WrongStateError: it is no draft. NotAllowedError: not a clerk of the body.
        NotReadyError: unanswered warnings, an unexplained difference, no rows.
    """
    release = locked(release_id, State.DRAFT)
    if release.via != Via.BULK and not may_draft(by, release.body):
        raise NotAllowedError(f"您不是“{release.body.name}”的录入员，不能提交。")
    recount(release)
    if reasons := obstacles(release):
        raise NotReadyError(reasons)
    attachments.commit_attachments(release)
    release.root = trees.plant(release)
    release.review_path = list(REVIEW_PATHS[Level(release.body.region.level)])
    release.review_level = release.review_path[0]
    release.state = State.IN_REVIEW
    append_step(release, Verb.SUBMIT, by=by, at=at)
    release.save(update_fields=["root", "review_path", "review_level", "state"])
    return release


def why_not_review(user: User, release: Release) -> str:
    """Return why a person may not review a release at its present level; empty when they may."""
    if release.state != State.IN_REVIEW:
        return "这一批不在审核中。"
    role: Role = REVIEWERS[Level(release.review_level)]
    if not bodies(user, {role}).filter(pk=release.body_id).exists():
        return f"现在该由{role.label}来审。"
    if release.via == Via.BULK:
        return ""
    acted = Step.objects.filter(release=release, by=user)
    if release.drafted_by_id == user.pk or acted.filter(verb__in=[Verb.EDIT, Verb.SUBMIT]).exists():
        return "录的人不能审。请另一位来审。"
    if acted.filter(verb=Verb.APPROVE, round=release.round).exists():
        return "您已经审过上一级，这一级请另一位来审。"
    return ""


@transaction.atomic
def approve(
    release_id: UUID, *, by: User, at: datetime, level: str, root: str = "", reason: str = ""
) -> Release:
    """Approve a release at one level; the last approval publishes it in the same transaction.

    `level` is the level the reviewer saw: a second click, or a second reviewer who was slower, finds
    the level gone on and changes nothing but gets the release as it now stands. `root` is the root
    that was seen, in hexadecimal: rows that were returned and came again meanwhile are not approved unread.

    Raises:
        WrongStateError: it is not in review there, or has another root.
        NotAllowedError: role, place or four eyes.
    """
    release = locked(release_id)
    mine = Step.objects.filter(release=release, verb=Verb.APPROVE, level=level, by=by, round=release.round)
    if mine.exists():
        return release
    if release.state != State.IN_REVIEW or release.review_level != level:
        raise WrongStateError("别人已经审过这一级了，您不用再审。")
    if root and root != release.root_hex:
        raise WrongStateError("这一批退回后改过又交上来了。请刷新页面，看过新的内容再审。")
    if release.via != Via.BULK and (why := why_not_review(by, release)):
        raise NotAllowedError(why)
    try:
        with transaction.atomic():
            append_step(release, Verb.APPROVE, by=by, at=at, level=level, reason=reason)
    except IntegrityError as error:
        if rule_of(error) != "releases_step_four_eyes":
            raise
        raise NotAllowedError("录的人不能审，审的人不能复核。") from error
    following = release.review_path[release.review_path.index(level) + 1 :]
    if following:
        release.review_level = following[0]
        release.save(update_fields=["review_level"])
        return release
    published = publish(release, at=at)
    # A correction of what was published long ago: its names are past their day at once.
    expire(published.pk, at=at)
    obey_orders(published, at=at)
    published.refresh_from_db(fields=["names", "names_published"])
    if is_looser(published):
        raise NotReadyError(["原来那一批的姓名已经改严。请退回，作废这份更正，重新更正。"])
    return published


@transaction.atomic
def return_to_clerk(release_id: UUID, *, by: User, at: datetime, reason: str) -> Release:
    """Send a release back to its clerk with the reason; the next submission is a new round.

    Raises:
        WrongStateError: it is not in review. NotAllowedError: not its reviewer now.
        NotReadyError: no reason given. DuplicateError: another draft took its place.
    """
    release = locked(release_id, State.IN_REVIEW)
    if why := why_not_review(by, release):
        raise NotAllowedError(why)
    if not reason.strip():
        raise NotReadyError(["退回要写清哪一行、怎么改。"])
    append_step(release, Verb.RETURN, by=by, at=at, level=release.review_level, reason=reason)
    release.state = State.DRAFT
    release.review_level = ""
    release.round += 1
    try:
        with transaction.atomic():
            release.save(update_fields=["state", "review_level", "round"])
    except IntegrityError as error:
        if rule_of(error) != "releases_release_one_open_draft":
            raise
        raise DuplicateError(
            "录入员又开了同一批的一份草稿，退不回去。请他先作废那份草稿，或换一个批次号。"
        ) from error
    return release


@transaction.atomic
def comment(release_id: UUID, *, by: User, at: datetime, reason: str) -> Step:
    """Leave a remark for the next person; changes nothing else."""
    release = locked(release_id, State.DRAFT, State.IN_REVIEW)
    if not reason.strip():
        raise NotReadyError(["留言是空的。"])
    return append_step(release, Verb.COMMENT, by=by, at=at, level=release.review_level, reason=reason)
