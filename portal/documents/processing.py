"""What the worker does with a waiting document: claim it, clean it, say what came of it.

A task may come twice, late, or die half way. A claim is taken under a lock that others skip; the result is
written only where the claim still stands.
"""

from __future__ import annotations

import logging
import threading
import traceback
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from django.db import InterfaceError, OperationalError, connections, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.documents import incoming, originals
from portal.documents.actions import find
from portal.documents.cleaning.causes import Cause
from portal.documents.making import Made, copied, in_memory, make, too_big
from portal.documents.memory import InMemory, TooBigError
from portal.documents.models import UNFINISHED, Document, DocumentState, Page
from portal.documents.words import Refusal, sentence
from portal.vault.keys import MissingKeyError
from portal.vault.sealed import DamagedFileError

log = logging.getLogger(__name__)
BEAT_SECONDS = 2
STALE_AFTER = timedelta(minutes=1)
_MOST_TRIES = 3


class LostClaimError(Exception):
    """Somebody else has taken this document over meanwhile; nothing of this run may count."""


def waiting(now: datetime) -> list[UUID]:
    """Return the documents that nobody works on: never begun, or begun by a worker that fell silent."""
    found = Document.objects.filter(state__in=UNFINISHED).filter(_is_free(now))
    return list(found.order_by("queued_at").values_list("pk", flat=True))


def _is_free(now: datetime) -> Q:
    return Q(heartbeat_at__isnull=True) | Q(heartbeat_at__lt=now - STALE_AFTER)


@transaction.atomic
def claim(document_id: UUID, *, now: datetime) -> Document | None:
    """Take a document; None where somebody has it, or there is nothing to do."""
    document = (
        Document.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(_is_free(now), pk=document_id, state__in=UNFINISHED)
        .first()
    )
    if document is None:
        return None
    document.attempt += 1
    document.state, document.heartbeat_at = DocumentState.WORKING, now
    document.save(update_fields=["attempt", "state", "heartbeat_at"])
    if document.attempt > _MOST_TRIES:
        _end(document, state=DocumentState.REFUSED, reason=sentence(Cause.TIRED))
        return None
    return document


def process(document_id: UUID, *, now: datetime) -> None:
    """Clean a document that waits; harmless when called twice, late, or for one that is gone."""
    document = claim(document_id, now=now)
    if document is None:
        return
    with _Heart(document):
        try:
            _clean(document)
        except (OperationalError, InterfaceError):
            raise  # no database: it stays claimed, and the pick-up takes it again
        except LostClaimError:
            log.info("Document %s was taken over meanwhile.", document.pk)
        except (MissingKeyError, OSError) as error:
            # The installation's fault, not the file's: it waits until that is mended.
            log.error("Document %s waits: %s.", document.pk, type(error).__name__)  # noqa: TRY400 # no content
            with suppress(LostClaimError):
                _write(document, state=DocumentState.WAITING, attempt=document.attempt - 1)
        except Exception as error:  # noqa: BLE001 # a worker survives every file
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("Document %s failed with %s:\n%s", document.pk, type(error).__name__, where)  # noqa: TRY400
            with suppress(LostClaimError):
                _end(document, state=DocumentState.REFUSED, reason=sentence(Cause.ABORTED))


def _clean(document: Document) -> None:
    """Clean a claimed document."""
    made = _made(document)
    if isinstance(made, Refusal):
        _end(document, state=DocumentState.REFUSED, reason=made.sentence)
        return
    media_type, pages = made
    with transaction.atomic():
        _end(document, state=DocumentState.READY, media_type=media_type, page_count=len(pages))
        Page.objects.bulk_create(pages)


def _made(document: Document) -> Made | Refusal:
    try:
        file = in_memory(incoming.chunks(document.sealed_name))
    except TooBigError:
        return too_big()
    except (DamagedFileError, FileNotFoundError):
        return Refusal("收到的文件丢了或坏了。请再交一次。")
    with file:
        return _twin(document, file) or make(file, document.pk)


def _twin(document: Document, file: InMemory) -> Made | None:
    """Return the pages of the same bytes, where they became ready after this document was handed in."""
    twin = find(document.county, bytes(document.original_sha256))
    if twin is None:
        return None
    originals.put(document.pk, file.chunks())
    return twin.media_type, [copied(page, document.pk) for page in twin.pages.order_by("number")]


def _end(document: Document, **result: Any) -> None:
    """Write the last word on a document; its sealed file goes with the commit."""
    with transaction.atomic():
        _write(document, sealed_name="", **result)
        transaction.on_commit(partial(incoming.destroy, document.sealed_name))


def _write(document: Document, **result: Any) -> None:
    """Write a result where the claim still stands; raise LostClaimError otherwise."""
    if not _claimed(document).update(heartbeat_at=None, **result):
        raise LostClaimError


def _claimed(document: Document) -> QuerySet[Document]:
    """Return the document's line as long as it is in this worker's hands."""
    return Document.objects.filter(pk=document.pk, attempt=document.attempt, state=DocumentState.WORKING)


class _Heart:
    """Tells every two seconds, from a thread of its own, that the work goes on."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(BEAT_SECONDS):
                try:
                    _claimed(self._document).update(heartbeat_at=timezone.now())
                except (OperationalError, InterfaceError):
                    connections.close_all()
        finally:
            connections.close_all()
