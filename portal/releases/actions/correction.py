"""After publication: correct rows by a further release, or withdraw the whole with its reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from portal.people.models import Role, User
from portal.people.scope import bodies
from portal.releases import entries, hooks
from portal.releases.actions.drafting import start_draft
from portal.releases.actions.publication import announce, record
from portal.releases.actions.steps import append_step, locked
from portal.releases.errors import NotAllowedError, NotReadyError, WrongStateError
from portal.releases.models import Release, Replaced, State, Verb
from portal.releases.registry import kind


@transaction.atomic
def start_correction(release_id: UUID, *, by: User, reason: str, **told: Any) -> Release:
    """Open a draft that replaces rows of a published release (of its original, if it is a correction).

    `told`: the draft's file name and fingerprint, where it comes from a file.

    Raises:
        WrongStateError: not published. NotReadyError: no reason. DuplicateError: a draft is open.
    """
    release = locked(release_id, State.PUBLISHED)
    original = release.corrects or release
    if not reason.strip():
        raise NotReadyError(["更正要写明原因。"])
    return start_draft(
        by=by,
        item=original.item,
        body=original.body,
        start_on=original.start_on,
        end_on=original.end_on,
        batch=original.batch,
        stage=original.stage,
        corrects=original,
        reason=reason.strip(),
        **told,
    )


def may_withdraw(user: User, release: Release) -> bool:
    """Return whether a person may withdraw: a county reviewer of the place who did not draft it."""
    reviewed = bodies(user, {Role.COUNTY_REVIEWER})
    return release.drafted_by_id != user.pk and reviewed.filter(pk=release.body_id).exists()


def _is_corrected(release: Release) -> bool:
    rows = kind(release.kind).model._default_manager.filter(release=release)
    return (
        release.corrections.filter(state=State.PUBLISHED).exists()
        or Replaced.objects.filter(row_id__in=rows.values("pk")).exists()
    )


@transaction.atomic
def withdraw(release_id: UUID, *, by: User, at: datetime, reason: str) -> Release:
    """Take a published release off the public pages; its place, reason and office stay visible.

    Raises:
        WrongStateError: not published, a correction, or corrected since. NotAllowedError.
        NotReadyError: no reason, or the public log must be repaired first.
    """
    release = locked(release_id, State.PUBLISHED)
    if not may_withdraw(by, release):
        raise NotAllowedError("撤下要由县级审核来做，录的人不能自己撤下。")
    if release.is_correction or release.replaced.exists():
        raise WrongStateError("更正不能撤下。要改回去，请再做一次更正。")
    if _is_corrected(release):
        raise WrongStateError("这一批已经更正过，不能整批撤下。请用更正逐行撤下。")
    if not reason.strip():
        raise NotReadyError(["撤下要写明原因。"])
    append_step(release, Verb.WITHDRAW, by=by, at=at, reason=reason)
    release.state = State.WITHDRAWN
    release.withdrawn_at = at
    release.withdrawal_reason = reason.strip()
    release.save(update_fields=["state", "withdrawn_at", "withdrawal_reason"])
    for step in hooks.in_publication:
        step(release)
    announce(release, kind(release.kind))
    record(entries.of_withdrawal(release))
    return release
