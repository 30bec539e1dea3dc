"""Locking a release and appending a step: the two things every act does."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import psycopg
from django.db import IntegrityError
from django.db.models import Max

from portal.people.models import User
from portal.people.scope import appointments
from portal.releases.errors import WrongStateError
from portal.releases.models import Release, Step, Verb


def locked(release_id: UUID, *states: str) -> Release:
    """Lock a release and return it fresh.

    Raises:
        WrongStateError: it is in none of the states.
    """
    release = (
        Release.objects.select_for_update(of=("self",))
        .select_related("item", "body__region")
        .get(pk=release_id)
    )
    if states and release.state not in states:
        raise WrongStateError(f"这一批现在是“{release.get_state_display()}”，不能这样做。请刷新页面再看。")
    return release


def append_step(
    release: Release,
    verb: Verb,
    *,
    by: User,
    at: datetime,
    level: str = "",
    reason: str = "",
) -> Step:
    """Append a step; the release must be locked by the caller."""
    last = Step.objects.filter(release=release).aggregate(last=Max("seq"))["last"] or 0
    return Step.objects.create(
        release=release,
        round=release.round,
        seq=last + 1,
        verb=verb,
        level=level,
        by=by,
        office=office_of(by, release),
        at=at,
        reason=reason.strip(),
        root=release.root,
    )


def office_of(user: User, release: Release) -> str:
    """Return the office a person acts from: the narrowest of theirs that contains the release's body."""
    found = [
        appointment.body
        for appointment in appointments(user)
        if appointment.body_id == release.body_id
        or appointment.body.region.contains(release.body.region.code)
    ]
    if not found:
        return release.body.name
    return max(found, key=lambda body: (len(body.region.prefix), body.code)).name


def rule_of(error: IntegrityError) -> str:
    """Return the name of the constraint or trigger that refused a statement; empty when it has none."""
    cause = error.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, psycopg.Error) else ""
