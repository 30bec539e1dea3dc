"""Verbs on attachments: put documents behind rows of a draft, take them away, carry them to new versions."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from portal.documents.models import Document, DocumentState
from portal.people.models import User
from portal.record.leaves import RowName, row_leaf
from portal.releases.actions.drafting import may_draft, note_edit
from portal.releases.actions.steps import locked
from portal.releases.errors import NotAllowedError, NotReadyError
from portal.releases.leaves import DOCUMENT as KIND
from portal.releases.models import Attachment, Release, State
from portal.releases.models.attachment import caption_of

MOST_OF_A_ROW = 50
_NAMED = 5
# The first version did not commit to the smaller pictures; what was published under it keeps its leaf.
LEAF_VERSION = 2


@dataclass(frozen=True)
class Named:
    """A document under the name of its file; what it is, where its column says so."""

    name: str
    document: Document
    caption: str = ""


def put_behind(release: Release, found: Mapping[UUID, Sequence[Named]]) -> int:
    """Put documents behind rows of a draft the caller holds, after those that are there; return how many.

    A document under a name that the row has already takes the place of the one before.
    """
    rows = list(found)
    there = Attachment.objects.filter(row_id__in=rows)
    names = {(one.row_id, one.name): one.pk for one in there if one.name}
    last = dict(there.values_list("row_id").annotate(last=Max("position")))
    fresh, gone = [], []
    for row_id, documents in found.items():
        for at, named in enumerate(documents, start=last.get(row_id, 0) + 1):
            if old := names.get((row_id, named.name)):
                gone.append(old)
            fresh.append(_attachment(release, row_id, at, named))
    Attachment.objects.filter(pk__in=gone).delete()
    Attachment.objects.bulk_create(fresh, batch_size=2000)
    return len(fresh)


def _attachment(release: Release, row_id: UUID, position: int, named: Named) -> Attachment:
    return Attachment(
        release=release,
        row_id=row_id,
        position=position,
        name=named.name[:200],
        caption=named.caption or caption_of(named.name),
        document=named.document,
        seed=os.urandom(16),
    )


def carry_over(
    release: Release, replaced: Mapping[UUID, UUID], *, without: Collection[tuple[UUID, str]]
) -> None:
    """Put behind new versions what stood behind the rows they come from, in the caller's transaction.

    `replaced` leads from old row to new; `without` are (old row, file name) that the new version drops.
    """
    dropped = set(without)
    old = Attachment.objects.filter(row_id__in=replaced).shown().in_order()
    Attachment.objects.bulk_create(
        [
            Attachment(
                release=release,
                row_id=replaced[one.row_id],
                position=one.position,
                name=one.name,
                caption=one.caption,
                document_id=one.document_id,
                seed=os.urandom(16),
            )
            for one in old
            if (one.row_id, one.name) not in dropped
        ],
        batch_size=2000,
    )


def take_away(release: Release, rows: Iterable[UUID]) -> None:
    """Take every document of some of the draft's own rows away, in the caller's transaction."""
    Attachment.objects.filter(release=release, row_id__in=list(rows)).delete()


@transaction.atomic
def add_documents(
    release_id: UUID, row_id: UUID, documents: Sequence[Named], *, by: User, at: datetime
) -> int:
    """Put documents behind one row of a draft; return how many.

    Raises:
        WrongStateError: no draft any more. NotAllowedError: not a clerk of the body.
        NotReadyError: too many for one row.
    """
    release = _editable(release_id, by)
    if Attachment.objects.filter(row_id=row_id).count() + len(documents) > MOST_OF_A_ROW:
        raise NotReadyError([f"一行最多 {MOST_OF_A_ROW} 张。"])
    count = put_behind(release, {row_id: documents})
    note_edit(release, by=by, at=at)
    return count


@transaction.atomic
def change_document(
    attachment_id: UUID, *, by: User, at: datetime, caption: str = "", document: Document | None = None
) -> Attachment:
    """Say what a document is, or put another (a redacted one) in its place; draft only; raises as above."""
    attachment = _attachment_of(attachment_id)
    release = _editable(attachment.release_id, by)
    if caption:
        attachment.caption = caption
    if document is not None:
        attachment.document = document
        attachment.seen.all().delete()  # nobody has opened what stands there now
    attachment.save(update_fields=["caption", "document"])
    note_edit(release, by=by, at=at)
    return attachment


@transaction.atomic
def remove_document(attachment_id: UUID, *, by: User, at: datetime) -> None:
    """Take one document away from a row of a draft; raises as above."""
    attachment = _attachment_of(attachment_id)
    release = _editable(attachment.release_id, by)
    attachment.delete()
    note_edit(release, by=by, at=at)


@transaction.atomic
def move_document(attachment_id: UUID, *, by: User, at: datetime, places: int) -> None:
    """Move a document among those of its row, up (less than zero) or down; raises as above."""
    attachment = _attachment_of(attachment_id)
    release = _editable(attachment.release_id, by)
    found = list(Attachment.objects.filter(row_id=attachment.row_id).in_order())
    at_now = next(number for number, one in enumerate(found) if one.pk == attachment.pk)
    moved = found.pop(at_now)
    found.insert(max(0, at_now + places), moved)
    for number, one in enumerate(found, start=1):
        one.position = number
    Attachment.objects.bulk_update(found, ["position"])
    note_edit(release, by=by, at=at)


def _attachment_of(attachment_id: UUID) -> Attachment:
    return Attachment.objects.select_for_update(of=("self",)).get(pk=attachment_id)


def _editable(release_id: UUID, by: User) -> Release:
    release = locked(release_id, State.DRAFT)
    if not may_draft(by, release.body):
        raise NotAllowedError(f"您不是“{release.body.name}”的录入员，不能改它的草稿。")
    return release


def unfinished(release: Release) -> list[str]:
    """Return why a draft may not be submitted because of its documents."""
    reasons = []
    waiting = release.attachments.unfinished().count()
    if waiting:
        reasons.append(f"还有 {waiting} 张票据正在处理，过一会儿再提交。")
    refused = list(release.attachments.refused().select_related("document").in_order()[: _NAMED + 1])
    reasons += [
        f"票据“{one.name}”没有收下：{one.document.reason}请换一个文件，或去掉它。" for one in refused[:_NAMED]
    ]
    if len(refused) > _NAMED:
        reasons.append(f"一共有 {release.attachments.refused().count()} 张票据没有收下。")
    return reasons


def commit_attachments(release: Release) -> int:
    """Compute the leaf of every attachment of a draft that is being submitted; return how many there are.

    `what` names the row, the place among its documents, the caption and the SHA-256 of each page as
    served, in each of its three sizes; `kept` the SHA-256 of the sealed original.
    """
    found = list(
        release.attachments.filter(document__state=DocumentState.READY)
        .select_related("document")
        .prefetch_related("document__pages")
    )
    for one in found:
        one.leaf = leaf_hash_of(one)
    Attachment.objects.bulk_update(found, ["leaf"], batch_size=2000)
    return len(found)


def leaf_hash_of(attachment: Attachment, *, version: int = LEAF_VERSION) -> bytes:
    """Return the leaf hash (32 bytes) that an attachment and its document's pages give today."""
    what = {
        "caption": attachment.caption,
        "pages": ";".join(attachment.document.served_hashes()),
        "position": str(attachment.position),
        "row": str(attachment.row_id),
    }
    if version > 1:
        pages = attachment.document.pages.all()  # by number; may be prefetched
        what["previews"] = ";".join(bytes(page.preview_sha256).hex() for page in pages)
        what["thumbs"] = ";".join(bytes(page.thumb_sha256).hex() for page in pages)
    kept = {"original": bytes(attachment.document.original_sha256).hex()}
    name = RowName(KIND, str(attachment.pk), version)
    return row_leaf(name, bytes(attachment.seed), what=what, who={}, kept=kept)[1]


def gives_its_leaf(attachment: Attachment) -> bool:
    """Say whether an attachment still gives the leaf it was published with, of whichever version."""
    leaf = bytes(attachment.leaf or b"")
    return any(leaf_hash_of(attachment, version=one) == leaf for one in range(LEAF_VERSION, 0, -1))
