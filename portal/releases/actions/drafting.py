"""Drafting: start a draft, count its rows, throw it away."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Aggregate, Case, Count, F, Q, Sum, When

from portal.catalogue.models import CatalogueItem
from portal.people.models import Role, User
from portal.people.scope import bodies
from portal.places.models import Body
from portal.releases.actions.steps import append_step, locked, rule_of
from portal.releases.errors import DuplicateError, NotAllowedError, NotReadyError
from portal.releases.models import Cause, NamesShown, Narrowing, Release, State, Step, Verb
from portal.releases.registry import Disclosure, kind


def may_draft(user: User, body: Body) -> bool:
    """Return whether a person is a clerk for a body today."""
    return bodies(user, {Role.CLERK}).filter(pk=body.pk).exists()


@transaction.atomic
def start_draft(*, by: User, item: CatalogueItem, body: Body, **told: Any) -> Release:
    """Open an empty draft for an item, a body and a period (`told`: the release's other fields).

    Raises:
        NotAllowedError: not a clerk of the body.
        DuplicateError: an open draft or the same file is there already; the message names it.
    """
    if not (told.get("via") == "bulk" or may_draft(by, body)):
        raise NotAllowedError(f"您不是“{body.name}”的录入员，不能替它录入。")
    try:
        with transaction.atomic():
            return Release.objects.create(
                item=item,
                kind=item.kind,
                body=body,
                county=body.region.county_code,
                granularity=item.period,
                names=names_for(item, told.get("corrects")),
                drafted_by=by,
                **told,
            )
    except IntegrityError as error:
        if rule_of(error) in {"releases_release_one_open_draft", "releases_release_file_once"}:
            raise DuplicateError(_twin_of(item, body, told)) from error
        raise


def names_for(item: CatalogueItem, corrects: Release | None) -> str:
    """Return the policy of a draft: the item's own, and for a correction never a looser one than was public.

    That names were public until a day says nothing of how: they go again when the correction is published.
    """
    policies = {item.names}
    if corrects is not None:
        chain = Release.objects.published().filter(Q(pk=corrects.pk) | Q(corrects=corrects))
        acts = Narrowing.objects.filter(release__in=chain, cause=Cause.STRICTER)
        policies |= {release.names_at_first for release in chain} | set(acts.values_list("after", flat=True))
    return max(policies, key=lambda policy: NamesShown(policy).rank)


def _twin_of(item: CatalogueItem, body: Body, told: dict[str, Any]) -> str:
    twins = Release.objects.filter(
        item=item,
        body=body,
        start_on=told["start_on"],
        end_on=told["end_on"],
        batch=told.get("batch", 1),
    ).exclude(state__in=[State.WITHDRAWN, State.DISCARDED])
    if told.get("file_sha256"):
        same = twins.filter(file_sha256=told["file_sha256"]).select_related("drafted_by").first()
        if same:
            return (
                f"同一份文件已经由{same.drafted_by}导入过（{same}，第 {same.batch} 批，"
                f"{same.get_state_display()}）。不用再导。"
            )
    draft = twins.filter(state=State.DRAFT).select_related("drafted_by").first()
    who = draft.drafted_by if draft else "别人"
    return (
        f"{who}正在录这一批（{item.name}，{body.name}，第 {told.get('batch', 1)} 批，草稿）。"
        "请接着那份草稿做，或换一个批次号。"
    )


def recount(release: Release) -> None:
    """Write a draft's row count and sum from its rows (in SQL)."""
    disclosure = kind(release.kind)
    figures: dict[str, Aggregate] = {"rows": Count("pk")}
    if disclosure.amount:
        figures["sum"] = Sum(_signed(disclosure))
    found = disclosure.model._default_manager.filter(release=release).aggregate(**figures)
    release.row_count = found["rows"]
    release.amount = found.get("sum") or 0
    release.save(update_fields=["row_count", "amount"])


def _signed(disclosure: Disclosure) -> F | Case:
    """Return a row's amount, less than zero where the kind says that money went out."""
    field, value = disclosure.outgoing
    amount = F(disclosure.amount)
    return Case(When(**{field: value}, then=-amount), default=amount) if field else amount


def note_edit(release: Release, *, by: User, at: datetime) -> None:
    """Record once per round that a person changed rows of a draft: they may never approve it."""
    done = Step.objects.filter(release=release, verb=Verb.EDIT, by=by, round=release.round)
    if by.pk != release.drafted_by_id and not done.exists():
        append_step(release, Verb.EDIT, by=by, at=at)


@transaction.atomic
def discard(release_id: UUID, *, by: User, at: datetime, reason: str = "") -> None:
    """Throw a draft and its rows away; one that was once submitted leaves its steps and its reason.

    Raises:
        WrongStateError: it is no draft any more.
        NotAllowedError: not a clerk of the body.
        NotReadyError: it was submitted before, and no reason is given.
    """
    release = locked(release_id, State.DRAFT)
    if not may_draft(by, release.body):
        raise NotAllowedError("只有录入员能作废草稿。")
    model = kind(release.kind).model
    release.replacements.all().delete()
    release.attachments.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)} WHERE release_id = %s",  # noqa: S608 # a table's own name
            [release.pk],
        )
    if not release.steps.exists():
        release.delete()
        return
    if not reason.strip():
        raise NotReadyError(["这一批提交过，作废要写明原因。"])
    append_step(release, Verb.DISCARD, by=by, at=at, reason=reason)
    release.state = State.DISCARDED
    release.save(update_fields=["state"])
