"""What the worker does with an upload: claim it, read it, check or load it, say what came of it.

A task may come twice, late, or die half way. A claim is taken under a lock that others skip; the result
is written only where the claim still stands, so that a file is loaded once.
"""

from __future__ import annotations

import logging
import threading
import traceback
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from django.db import InterfaceError, OperationalError, connections, transaction
from django.db.models import Q
from django.utils import timezone

from portal.documents.models import Document
from portal.findings.actions import run_rules
from portal.imports import loading, staging
from portal.imports.actions import destroy, harmless
from portal.imports.enclosing import with_documents
from portal.imports.loading import Loaded, LoadRequest, RefusedError
from portal.imports.models import WORKING, Upload, UploadState
from portal.imports.origins import PUBLIC_ID
from portal.imports.reading.errors import FileError, RowError
from portal.imports.reading.tables import Table, open_tables
from portal.imports.repairs import keep_wrong_rows, overlay_of
from portal.places.models import Body
from portal.releases.actions import start_correction, start_draft
from portal.releases.errors import ReleaseError
from portal.releases.models import Release, Stage, State
from portal.releases.registry import kind

log = logging.getLogger(__name__)
BEAT_SECONDS = 2
STALE_AFTER = timedelta(minutes=1)
KEPT_FOR = timedelta(days=7)
_STRAY_AFTER = timedelta(hours=6)
_MOST_TRIES = 3
_CLEANED_AT_ONCE = 2
_TIRED = "试了几次都没有读完。请把文件拆小一些再交，或请系统管理员用 manage.py load 命令导入。"
_BROKEN = "处理这份文件时出了问题，什么也没有导入。请再试一次；还不行，请把编号告诉系统管理员："


class LostClaimError(Exception):
    """Somebody else has taken this upload over meanwhile; nothing of this run may count."""


def waiting(now: datetime) -> list[UUID]:
    """Return the uploads that nobody works on: never begun, or begun by a worker that fell silent."""
    found = Upload.objects.filter(state__in=WORKING).filter(_is_free(now))
    return list(found.order_by("queued_at").values_list("pk", flat=True))


def _is_free(now: datetime) -> Q:
    return Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=now - STALE_AFTER)


@transaction.atomic
def claim(upload_id: UUID, *, now: datetime) -> Upload | None:
    """Take an upload; None where somebody has it, or there is nothing to do."""
    upload = (
        Upload.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(_is_free(now), pk=upload_id, state__in=WORKING)
        .select_related("item", "by", "corrects")
        .first()
    )
    if upload is None:
        return None
    upload.attempt += 1
    upload.tries += 1
    if upload.tries > _MOST_TRIES:
        upload.state, upload.failure, upload.heartbeat_at = UploadState.FAILED, _TIRED, None
    else:
        upload.heartbeat_at = now
        if upload.state == UploadState.QUEUED:
            upload.state = UploadState.READING
    upload.save(update_fields=["attempt", "tries", "state", "failure", "heartbeat_at"])
    return None if upload.state == UploadState.FAILED else upload


def process(upload_id: UUID, *, now: datetime) -> None:
    """Do what an upload waits for; harmless when called twice, late, or for one that is gone."""
    upload = claim(upload_id, now=now)
    if upload is None:
        return
    with _Heart(upload) as heart:
        try:
            with staging.opened(upload.sealed_name) as path:
                _Work(upload, path, heart).run()
        except (OperationalError, InterfaceError):
            raise  # no database: it stays claimed, and the sweep takes it up again
        except LostClaimError:
            log.info("Upload %s was taken over meanwhile.", upload.pk)
        except Exception as error:  # noqa: BLE001 # a worker survives every file
            # The message may repeat a cell of the file: only where it happened is written down.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("Upload %s failed with %s:\n%s", upload.pk, type(error).__name__, where)  # noqa: TRY400
            with suppress(LostClaimError):
                _finish(upload, state=UploadState.FAILED, failure=f"{_BROKEN}{str(upload.pk)[-8:]}")


def _finish(upload: Upload, **result: Any) -> None:
    """Write a result where the claim still stands; raise LostClaimError otherwise."""
    still = Upload.objects.filter(pk=upload.pk, attempt=upload.attempt, state=upload.state)
    if not still.update(heartbeat_at=None, **result):
        raise LostClaimError


class _Heart:
    """Tells every two seconds, from a thread of its own, that the work goes on and how far it is."""

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        self._rows = self._files = self._named = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind_: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def progress(self, rows: int) -> None:
        """Note how many rows were read."""
        self._rows = rows

    def named(self, count: int) -> None:
        """Note how many documents there are to do."""
        self._named = count

    def files(self, count: int) -> None:
        """Note how many documents are done."""
        self._files = count

    def _beat(self) -> None:
        upload = self._upload
        try:
            while not self._stop.wait(BEAT_SECONDS):
                mine = Upload.objects.filter(pk=upload.pk, attempt=upload.attempt, state=upload.state)
                try:
                    mine.update(
                        rows_read=self._rows,
                        files_read=self._files,
                        files_named=self._named,
                        heartbeat_at=timezone.now(),
                    )
                except (OperationalError, InterfaceError):
                    connections.close_all()
        finally:
            connections.close_all()


class _Work:
    """One claimed upload with its file open in memory."""

    def __init__(self, upload: Upload, path: Path, heart: _Heart) -> None:
        self.upload = upload
        self.path = path
        self.heart = heart
        self.overlay = overlay_of(upload.sealed_name)
        self.request = LoadRequest(
            kind=upload.kind,
            body=Body.objects.with_region().get(pk=upload.body_id),
            period=upload.period,
            by=upload.by,
            today=timezone.localdate(),
            item=upload.item,
            batch=upload.batch,
            stage=Stage(upload.stage),
            expected=upload.expected_amount,
            opening=upload.opening_amount,
            is_nil=upload.is_nil,
            corrects=upload.corrects,
            reason=upload.reason,
            all_sheets=upload.all_sheets,
            overlay=self.overlay,
        )

    def run(self) -> None:
        """Check or load, whichever it waits for."""
        try:
            if self.upload.state == UploadState.READING:
                self._check()
            else:
                self._load()
        except RefusedError as error:
            self._refuse(error)
        except (FileError, ReleaseError) as error:
            _finish(self.upload, **_nothing_known(), state=UploadState.REFUSED, failure=harmless(str(error)))

    def _check(self) -> None:
        loaded, remarks = self._checked()
        self._refuse_twin()
        staging.remove_document(self.upload.sealed_name, staging.ROWS)
        _finish(
            self.upload,
            state=UploadState.READY,
            rows_read=loaded.rows,
            right_rows=loaded.rows,
            wrong_rows=0,
            amount=loaded.amount,
            errors=[],
            error_count=0,
            notes=[harmless(note) for note in [*loaded.notes, *remarks]],
            taken={name: str(document.pk) for name, document in self.request.documents.items()},
        )

    def _checked(self) -> tuple[Loaded, list[str]]:
        """Check the table, then take in what was given beside it; return remarks on the files."""
        given = self.upload.picked
        request = replace(self.request, brings_files=bool(given))
        loaded = loading.check(request, self.path, self.heart.progress)
        if not given:
            return loaded, []
        self.heart.named(len({name for *_, name in loaded.files}))
        try:
            request, remarks = with_documents(
                replace(self.request, processes=_CLEANED_AT_ONCE),
                given,
                loaded.files,
                now=timezone.now(),
                progress=self.heart.files,
            )
        except RefusedError as error:
            error.built.rows = {"": loaded.rows - error.built.wrong_rows}
            raise
        self.request = replace(self.request, documents=request.documents)
        if request.corrects is not None:
            loaded = loading.check(self.request, self.path)  # what changes is known only now
        return loaded, remarks

    def _taken(self) -> dict[str, Document]:
        """Return the documents that the check took in, by the names that rows call them."""
        found = Document.objects.in_bulk([UUID(one) for one in self.upload.taken.values()])
        known = {name: found.get(UUID(one)) for name, one in self.upload.taken.items()}
        return {name: document for name, document in known.items() if document is not None}

    def _refuse_twin(self) -> None:
        """Say now rather than at the end that another clerk has this file or this draft; keep nothing."""
        told: dict[str, Any] = {"file_sha256": bytes(self.upload.file_sha256)}
        request = self.request
        with transaction.atomic():
            if request.corrects is not None:
                start_correction(request.corrects.pk, by=request.by, reason=request.reason, **told)
            else:
                start_draft(
                    by=request.by,
                    item=self.upload.item,
                    body=request.body,
                    start_on=request.period.start,
                    end_on=request.period.end,
                    batch=request.batch,
                    **told,
                )
            transaction.set_rollback(True)

    @transaction.atomic
    def _load(self) -> None:
        request = replace(self.request, documents=self._taken())
        loaded = loading.load(request, self.path, name=self.upload.file_name, progress=self.heart.progress)
        warned = sum(run_rules(release) for release in loaded.releases)
        notes = list(dict.fromkeys([*map(harmless, loaded.notes), *self.upload.notes]))
        notes += [f"还有一份草稿：{release}，{release.row_count} 行。" for release in loaded.releases[1:]]
        if warned:
            notes.append(f"有 {warned} 条提醒，提交前要答复。")
        _finish(
            self.upload,
            state=UploadState.LOADED,
            release=loaded.releases[0],
            rows_read=loaded.rows,
            right_rows=loaded.rows,
            amount=loaded.amount,
            notes=notes,
        )

    def _refuse(self, error: RefusedError) -> None:
        built = error.built
        tables = self._tables()
        errors = [_at_home(one, tables) for one in built.errors]
        keep_wrong_rows(self.upload.sealed_name, self.path, tables, errors, self.overlay)
        right = sum(built.rows.values())
        _finish(
            self.upload,
            state=UploadState.REFUSED,
            failure="",
            rows_read=right + built.wrong_rows,
            right_rows=right,
            wrong_rows=built.wrong_rows,
            amount=sum(built.amounts.values(), Decimal(0)),
            errors=[asdict(one) for one in errors],
            error_count=built.error_count,
            notes=[harmless(note) for note in error.notes],
        )

    def _tables(self) -> list[Table]:
        return open_upload(self.upload, self.path)


def open_upload(upload: Upload, path: Path) -> list[Table]:
    """Open an upload's tables as its clerk has repaired them."""
    columns = kind(upload.kind).readable
    return open_tables(
        path,
        (PUBLIC_ID, *columns) if upload.corrects_id else columns,
        all_sheets=upload.all_sheets,
        overlay=overlay_of(upload.sealed_name),
    )


def _at_home(error: RowError, tables: list[Table]) -> RowError:
    """Return an error with the name of its sheet, which those found in the draft do not know."""
    if error.sheet or error.row is None or len(tables) != 1 or not tables[0].sheet:
        return error
    return RowError(tables[0].sheet, error.row, error.column, error.value, error.message)


def _nothing_known() -> dict[str, Any]:
    return {
        "rows_read": 0,
        "right_rows": 0,
        "wrong_rows": 0,
        "amount": 0,
        "errors": [],
        "error_count": 0,
        "notes": [],
    }


def sweep(now: datetime) -> int:
    """Destroy files whose draft is public or gone, or that are seven days old; return how many.

    Harmless at any time, twice, or at once with others.
    """
    ended = [State.PUBLISHED, State.WITHDRAWN, State.DISCARDED]
    due = Upload.objects.exclude(state=UploadState.DESTROYED).filter(
        Q(created_at__lt=now - KEPT_FOR)
        | Q(release__in=Release.objects.filter(state__in=ended))
        | Q(state=UploadState.LOADED, release__isnull=True)
    )
    done = 0
    for upload_id in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            upload = Upload.objects.select_for_update(skip_locked=True).filter(pk=upload_id).first()
            if upload is not None and upload.state != UploadState.DESTROYED:
                destroy(upload, at=now)
                done += 1
    # An upload just being received has its file first and its line a moment later.
    known = set(Upload.objects.exclude(sealed_name="").values_list("sealed_name", flat=True))
    for path in staging.strays(known, before=now - _STRAY_AFTER):
        path.unlink(missing_ok=True)
    return done
