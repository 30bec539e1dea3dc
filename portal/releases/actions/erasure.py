"""Erase personal values of published rows where the law requires it: two persons, one database function."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from portal.columns.cells import Account, Identity, OfficialName, PersonName
from portal.columns.column import Column
from portal.documents import erasing
from portal.documents.hooks import referenced
from portal.documents.models import Document
from portal.log.appending import moment
from portal.people.models import Role, User
from portal.people.scope import bodies
from portal.record.tree import root_of
from portal.releases import hooks
from portal.releases.actions.publication import announce, record
from portal.releases.actions.steps import locked
from portal.releases.committed import opened, pack_salts, private_values
from portal.releases.entries import Entry
from portal.releases.errors import NotAllowedError, NotReadyError, WrongStateError
from portal.releases.models import Attachment, Erasure, Release, State
from portal.releases.models.attachment import attached
from portal.releases.registry import Disclosure, kind

ERASABLE = ("kept", "who")
ASKING = {Role.CLERK, Role.TOWNSHIP_REVIEWER, Role.COUNTY_REVIEWER}
DECIDING = {Role.COUNTY_REVIEWER}
# So that an entry of the log can name them all, with their documents.
MOST_ROWS = 64
MOST_IN_ALL = 80


@transaction.atomic
def ask_erasure(
    release_id: UUID,
    rows: Collection[UUID],
    groups: Collection[str],
    *,
    ground: str,
    by: User,
    at: datetime,
    documents: Collection[UUID] = (),
) -> Erasure:
    """Ask that personal values of some rows go, and the files of some of their attachments.

    Nothing is changed before somebody else decides.

    Raises:
        WrongStateError: never published. NotAllowedError: no office of the place.
        NotReadyError: no rows, too many, rows of another release, a group that stays, or documents that
            stand behind none of these rows or are gone already.
    """
    release = locked(release_id, State.PUBLISHED, State.WITHDRAWN)
    _refuse_strangers(by, release, ASKING)
    wanted = sorted(set(rows))
    there = kind(release.kind).model._default_manager.filter(release=release, pk__in=wanted).count()
    if not 0 < len(wanted) <= MOST_ROWS or there != len(wanted):
        raise NotReadyError([f"要写明这一批里的行，一次最多 {MOST_ROWS} 行。"])
    if not groups or not set(groups) <= set(ERASABLE):
        raise NotReadyError(["只能删个人信息（who、kept），金额和项目不能删。"])
    papers = sorted(set(documents))
    if len(wanted) + len(papers) > MOST_IN_ALL:
        raise NotReadyError([f"行和票据一次最多 {MOST_IN_ALL} 样。请分几次提。"])
    behind = Attachment.objects.filter(release=release, row_id__in=wanted, pk__in=papers).shown()
    if behind.count() != len(papers):
        raise NotReadyError(["有的票据不是这些行的，或者已经删了。"])
    return Erasure.objects.create(
        release=release,
        rows=wanted,
        groups=sorted(set(groups)),
        documents=papers,
        ground=ground,
        asked_by=by,
        asked_at=at,
    )


@transaction.atomic
def decide_erasure(erasure_id: UUID, *, by: User, at: datetime) -> Erasure:
    """Carry an erasure out: values and salts go, leaves and proofs stay, the log says so.

    Raises:
        WrongStateError: decided before. NotAllowedError: not a county reviewer, or who asked for it.
        NotReadyError: a row no longer gives its leaf: erasing would hide that.
    """
    erasure = Erasure.objects.select_for_update().get(pk=erasure_id)
    release = locked(erasure.release_id, State.PUBLISHED, State.WITHDRAWN)
    if erasure.decided_at is not None:
        raise WrongStateError("这一件已经办过了。")
    _refuse_strangers(by, release, DECIDING)
    if by.pk == erasure.asked_by_id:
        raise NotAllowedError("提出的人不能批准。")
    erasure.decided_by, erasure.decided_at = by, at
    erasure.save(update_fields=["decided_by", "decided_at"])
    index = record(carry_out(erasure, release))
    for tell in hooks.after_personal_act:
        transaction.on_commit(partial(tell, erasure, index), robust=True)
    return erasure


@transaction.atomic
def drop_erasure(erasure_id: UUID, *, by: User, at: datetime) -> None:
    """Take back what was asked for, as who asked or who would have decided; nothing is erased.

    Raises:
        WrongStateError: decided before. NotAllowedError: neither of the two.
    """
    erasure = Erasure.objects.select_for_update().select_related("release").get(pk=erasure_id)
    if erasure.decided_at is not None:
        raise WrongStateError("这一件已经办过了。")
    if by.pk != erasure.asked_by_id:
        _refuse_strangers(by, erasure.release, DECIDING)
    erasure.delete()


def carry_out(erasure: Erasure, release: Release) -> Entry:
    """Do what a stored, decided erasure says and return its entry of the log; a restore does it again.

    The caller holds the release's lock.

    Raises:
        NotReadyError: a row no longer gives its leaf: erasing would hide that.
    """
    disclosure = kind(release.kind)
    leaves = _carry_out(erasure, disclosure)
    if erasure.documents:
        _let_documents_go(erasure)
    for remove in hooks.on_erasure:
        remove(erasure)
    announce(release, disclosure)
    return entry_of(erasure, leaves)


def entry_of(erasure: Erasure, leaves: Collection[bytes]) -> Entry:
    """Return the entry of a decided erasure; `leaves` are its rows' hashes in the order of their ids."""
    if erasure.decided_at is None:
        raise ValueError("nobody decided this erasure")
    entry = {
        "t": "erase",
        "rel": str(erasure.release_id),
        "ground": erasure.ground,
        "groups": "+".join(erasure.groups),
        "count": str(len(erasure.rows)),
        "ids": ",".join(str(row) for row in erasure.rows),
        "root": root_of(leaves).hex(),
        "at": moment(erasure.decided_at),
    }
    return {**entry, "docs": ",".join(str(one) for one in erasure.documents)} if erasure.documents else entry


def _let_documents_go(erasure: Erasure) -> None:
    """Show the attachments no more, and remove the files that no other row still shows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT releases_erase_documents(%s)", [erasure.pk])
    found = Document.objects.filter(attachments__in=erasure.documents).distinct()
    locked_ones = Document.objects.select_for_update(of=("self",)).filter(pk__in=found.values("pk"))
    gone: set[UUID] = set()
    for document in locked_ones.order_by("pk"):
        one: Document | None = document
        # What a redaction was made of shows more than the redaction did.
        while one is not None and not _is_shown(one.pk, gone):
            gone.add(one.pk)
            one = one.redacts
    erasing.erase(gone, at=erasure.decided_at)  # type: ignore[arg-type] # decided


def _is_shown(document_id: UUID, gone: Collection[UUID]) -> bool:
    """Say whether anything but what goes now still needs a document's files."""
    others = (ask([document_id]) for ask in referenced if ask is not attached)
    return (
        Attachment.objects.filter(document=document_id).shown().exists()
        or Document.objects.filter(redacts=document_id, erased_at__isnull=True).exclude(pk__in=gone).exists()
        or any(others)
    )


def _refuse_strangers(user: User, release: Release, roles: set[Role]) -> None:
    if not bodies(user, roles).filter(pk=release.body_id).exists():
        raise NotAllowedError("这不归您管。")


def _carry_out(erasure: Erasure, disclosure: Disclosure) -> list[bytes]:
    """Call the door for the rows in the order of their ids; return their leaf hashes."""
    found = disclosure.model._default_manager.select_related("region", "release").filter(pk__in=erasure.rows)
    rows: dict[UUID, Any] = {row.pk: row for row in found}
    private = private_values(disclosure, erasure.rows)
    salts = []
    for row_id in erasure.rows:
        row = rows[row_id]
        values = opened(disclosure, row, private.get(row_id, {}), region=row.region.code)
        if values is None:
            raise NotReadyError(["有的行和公开时的指纹对不上，先查清再删。"])
        salts.append(pack_salts(values, erased=erasure.groups))
    fields = sorted({name for column in disclosure.columns for name in _stored(column, erasure.groups)})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT releases_erase(%s, %s, %s, %s)",
            [erasure.pk, disclosure.model._meta.db_table, salts, fields],
        )
    return [bytes(rows[row_id].leaf) for row_id in erasure.rows]


def _stored(column: Column, groups: Collection[str]) -> list[str]:
    """Return the stored columns of a template column that hold values of some groups."""
    match column.cell:
        case Identity() | Account():
            return [f"{column.field}_digest", f"{column.field}_tail"] if "kept" in groups else []
        case PersonName() if not isinstance(column.cell, OfficialName):
            names = [column.field] if "kept" in groups else []
            is_shown = column.group == "who" and "who" in groups
            return [*names, f"{column.field}_public"] if is_shown else names
        case _:
            return [column.field] if column.group in groups else []
