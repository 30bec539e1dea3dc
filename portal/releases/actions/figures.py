"""What a clerk states about a draft beside its rows: sums it is held against, and why they differ."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from portal.people.models import User
from portal.releases.actions.drafting import may_draft, note_edit
from portal.releases.actions.steps import locked
from portal.releases.errors import NotAllowedError, NotReadyError
from portal.releases.models import Release, State
from portal.releases.registry import kind


@transaction.atomic
def state_figures(
    release_id: UUID,
    *,
    by: User,
    at: datetime,
    expected_amount: Decimal | None,
    difference_reason: str,
    is_nil: bool,
    opening_amount: Decimal | None = None,
    opening_reason: str = "",
) -> Release:
    """Write the allocation document's sum (yuan), the reason for a difference, and "nothing happened".

    Where the kind has a balance, also what was there before the first row, and why it does not carry over.

    Raises:
        WrongStateError: it is no draft. NotAllowedError: not a clerk of the body.
        NotReadyError: "nothing happened" is said of a draft with rows.
    """
    release = locked(release_id, State.DRAFT)
    if not may_draft(by, release.body):
        raise NotAllowedError("只有录入员能改草稿。")
    if is_nil and release.row_count:
        raise NotReadyError([f"已经录了 {release.row_count} 行，不能勾选“本期无发生”。"])
    release.expected_amount = expected_amount
    release.difference_reason = difference_reason.strip()
    release.is_nil = is_nil
    fields = ["expected_amount", "difference_reason", "is_nil"]
    if kind(release.kind).has_balance:
        release.opening_amount, release.opening_reason = opening_amount, opening_reason.strip()
        fields += ["opening_amount", "opening_reason"]
    release.save(update_fields=fields)
    note_edit(release, by=by, at=at)
    return release
