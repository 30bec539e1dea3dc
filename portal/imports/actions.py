"""Verbs of an upload, by its clerk: hand a file in, repair it, load it, throw it away.

PostgreSQL remembers what is to be done (the Upload); Celery only wakes the worker before the minute's
sweep would.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from portal.catalogue.models import CatalogueItem
from portal.columns.periods import Period
from portal.documents import incoming
from portal.documents.picked import Picked
from portal.imports import staging
from portal.imports.models import Upload, UploadState
from portal.imports.reading.errors import masked
from portal.imports.repairs import Changes, add_repairs
from portal.people.models import User
from portal.places.models import Body
from portal.releases.actions.drafting import may_draft
from portal.releases.errors import NotAllowedError, NotReadyError, WrongStateError
from portal.releases.models import Release, Stage, State
from portal.releases.registry import kind

log = logging.getLogger(__name__)
_LONG_NUMBER = re.compile(r"[0-9][0-9 -]{10,}[0-9Xx]{4}")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a clerk says about a file, beside handing it in."""

    item: CatalogueItem
    body: Body
    period: Period
    batch: int = 1
    stage: str = Stage.PAID
    expected: Decimal | None = None
    opening: Decimal | None = None
    is_nil: bool = False
    all_sheets: bool = False
    # The published release that the file (an exported one, edited) corrects, and why.
    corrects: Release | None = None
    reason: str = ""


def harmless(text: str) -> str:
    """Return a text with long numbers cut to their last four signs: names of files hold them too."""
    return _LONG_NUMBER.sub(lambda match: masked(match[0]), text)


def receive(
    told: Told,
    *,
    by: User,
    at: datetime,
    file_name: str,
    chunks: Iterable[bytes],
    documents: Sequence[Picked] = (),
) -> Upload:
    """Seal a file and queue it for checking; it is in the worker's hands from here on.

    `documents` are the sealed files given beside it; they are the upload's from here on.

    Raises:
        NotAllowedError: not a clerk of the body. NotReadyError: a correction without its reason, or
        documents of a kind that has none. WrongStateError: what it should correct is not published, or
        another body's.
    """
    if not may_draft(by, told.body):
        raise NotAllowedError(f"您不是“{told.body.name}”的录入员，不能替它录入。")
    if told.corrects is not None:
        if told.corrects.state != State.PUBLISHED or told.corrects.body_id != told.body.pk:
            raise WrongStateError("要更正的这一批没有公开，不能更正。")
        if not told.reason.strip():
            raise NotReadyError(["更正要写明原因。"])
    if documents:
        _refuse_without_files(told.item.kind)
    sealed = staging.put(chunks)
    try:
        with transaction.atomic():
            upload = Upload.objects.create(
                by=by,
                item=told.item,
                body=told.body,
                kind=told.item.kind,
                start_on=told.period.start,
                end_on=told.period.end,
                batch=told.batch,
                stage=told.stage,
                expected_amount=told.expected,
                opening_amount=told.opening,
                is_nil=told.is_nil,
                all_sheets=told.all_sheets,
                corrects=told.corrects,
                reason=told.reason.strip(),
                file_name=harmless(file_name)[:200],
                file_sha256=sealed.fingerprint,
                size=sealed.size,
                sealed_name=sealed.name,
                documents=[asdict(one) for one in documents],
                queued_at=at,
                created_at=at,
            )
            _wake_after_commit(upload.pk)
    except BaseException:
        staging.destroy(sealed.name)
        raise
    return upload


@transaction.atomic
def confirm(upload_id: UUID, *, by: User, at: datetime) -> Upload:
    """Queue a checked file for loading; a second click changes nothing.

    Raises:
        WrongStateError: it has errors, is still being read, or is gone.
    """
    upload = _locked(upload_id, by)
    if upload.state in {UploadState.LOADING, UploadState.LOADED}:
        return upload
    if upload.state != UploadState.READY:
        raise WrongStateError(f"这份文件现在是“{upload.get_state_display()}”，还不能导入。请刷新页面再看。")
    return _queue(upload, UploadState.LOADING, at)


@transaction.atomic
def repair(upload_id: UUID, changes: Changes, *, by: User, at: datetime) -> Upload:
    """Lay repairs over a file and queue it to be checked again; the file itself is not changed.

    Raises:
        WrongStateError: it is being read or loaded, or is gone. NotReadyError: nothing was changed.
    """
    upload = _locked(upload_id, by)
    if upload.state not in {UploadState.REFUSED, UploadState.READY}:
        raise WrongStateError(f"这份文件现在是“{upload.get_state_display()}”，改不了。请刷新页面再看。")
    if not changes:
        raise NotReadyError(["一格也没有改。请先改红框里的格子，再保存。"])
    add_repairs(upload.sealed_name, changes)
    upload.repairs += sum(1 if cells is None else len(cells) for cells in changes.values())
    upload.save(update_fields=["repairs"])
    return _queue(upload, UploadState.QUEUED, at)


@transaction.atomic
def hand_in(upload_id: UUID, documents: Sequence[Picked], *, by: User, at: datetime) -> Upload:
    """Add files to those given beside the table, and queue it again; of one name, the later file counts.

    Raises:
        WrongStateError: it is at work, loaded, or gone. NotReadyError: no file, or a kind without any.
    """
    upload = _locked(upload_id, by)
    if upload.state not in {UploadState.FAILED, UploadState.REFUSED, UploadState.READY}:
        raise WrongStateError(f"这份文件现在是“{upload.get_state_display()}”，不能再加票据。请刷新页面再看。")
    _refuse_without_files(upload.kind)
    if not documents:
        raise NotReadyError(["一个文件也没有选。请先选票据的照片，再交。"])
    last = max((one.round for one in upload.picked), default=0)
    upload.documents += [asdict(replace(one, round=last + 1)) for one in documents]
    upload.save(update_fields=["documents"])
    return _queue(upload, UploadState.QUEUED, at)


def _refuse_without_files(code: str) -> None:
    disclosure = kind(code)
    if not disclosure.files:
        raise NotReadyError([f"“{disclosure.title}”没有附件这一列，不用交票据。"])


def held_files() -> set[str]:
    """Return the sealed files given beside tables that are still here."""
    kept = Upload.objects.exclude(documents=[]).exclude(state=UploadState.DESTROYED)
    return {one["sealed_name"] for given in kept.values_list("documents", flat=True) for one in given}


def taken_in(documents: Collection[UUID]) -> set[UUID]:
    """Return which of some documents wait for the draft of the table they were given beside."""
    kept = Upload.objects.exclude(taken={}).exclude(state=UploadState.DESTROYED)
    known = {UUID(one) for taken in kept.values_list("taken", flat=True) for one in taken.values()}
    return known & set(documents)


@transaction.atomic
def retry(upload_id: UUID, *, by: User, at: datetime) -> Upload:
    """Queue a file again that could not be dealt with, or whose refusal had a cause outside it.

    Raises:
        WrongStateError: it is at work, loaded, or gone.
    """
    upload = _locked(upload_id, by)
    if upload.state not in {UploadState.FAILED, UploadState.REFUSED, UploadState.READY}:
        raise WrongStateError(f"这份文件现在是“{upload.get_state_display()}”，不用再读。请刷新页面再看。")
    return _queue(upload, UploadState.QUEUED, at)


@transaction.atomic
def throw_away(upload_id: UUID, *, by: User, at: datetime) -> Upload:
    """Destroy a file before its time; the draft it became, if any, stays.

    Raises:
        WrongStateError: it is being loaded just now.
    """
    upload = _locked(upload_id, by)
    if upload.state == UploadState.LOADING:
        raise WrongStateError("正在导入，先等它做完。不想要的，导入后可以作废草稿。")
    return destroy(upload, at=at)


def destroy(upload: Upload, *, at: datetime) -> Upload:
    """Destroy the file of a locked upload and what is known of its rows; harmless when it is gone."""
    if upload.state == UploadState.DESTROYED:
        return upload
    staging.destroy(upload.sealed_name)
    for one in upload.picked:
        incoming.destroy(one.sealed_name)
    upload.documents, upload.taken = [], {}
    upload.state, upload.sealed_name, upload.destroyed_at = UploadState.DESTROYED, "", at
    upload.heartbeat_at, upload.errors, upload.notes = None, [], []
    upload.attempt += 1  # whoever still reads it reports to nobody
    told = ["documents", "taken", "heartbeat_at", "errors", "notes", "attempt"]
    upload.save(update_fields=["state", "sealed_name", "destroyed_at", *told])
    return upload


def _locked(upload_id: UUID, by: User) -> Upload:
    """Lock a person's own upload; raise Upload.DoesNotExist for anybody else's."""
    return Upload.objects.of_clerk(by).select_for_update(of=("self",)).get(pk=upload_id)


def _queue(upload: Upload, state: UploadState, at: datetime) -> Upload:
    upload.state, upload.queued_at, upload.attempt, upload.rows_read = state, at, upload.attempt + 1, 0
    upload.heartbeat_at, upload.failure, upload.tries, upload.files_read = None, "", 0, 0
    told = ["attempt", "rows_read", "files_read", "heartbeat_at", "failure", "tries"]
    upload.save(update_fields=["state", "queued_at", *told])
    _wake_after_commit(upload.pk)
    return upload


def _wake_after_commit(upload_id: UUID) -> None:
    transaction.on_commit(partial(wake, upload_id))


def wake(upload_id: UUID) -> bool:
    """Tell the worker that there is something to do; without a broker the minute's sweep finds it."""
    try:
        current_app.send_task("imports.process_upload", [str(upload_id)])
    except (OperationalError, OSError):
        log.warning("No broker: upload %s waits for the sweep.", upload_id)
        return False
    return True
