"""Verbs of a document: take a file in, find it again, wake the worker."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import BinaryIO
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from portal.documents import incoming
from portal.documents.making import too_big
from portal.documents.memory import TooBigError
from portal.documents.models import Document, DocumentState
from portal.documents.receiving import SealedUpload
from portal.people.models import User

log = logging.getLogger(__name__)
_READ = 1 << 16


def find(county: str, original_sha256: bytes) -> Document | None:
    """Return the ready, unredacted document made from the same bytes in a county, if there is one."""
    made = Document.objects.ready().filter(redacts__isnull=True, erased_at__isnull=True)
    return made.filter(county=county, original_sha256=original_sha256).order_by("pk").first()


def find_again(county: str, original_sha256: bytes, *, now: datetime) -> Document | None:
    """Return what `find` does, and note that it was handed in again, so that no sweep takes it just now."""
    document = find(county, original_sha256)
    if document is not None and Document.objects.filter(pk=document.pk).update(queued_at=now):
        return document
    return None


def take_in(
    source: BinaryIO | Iterable[bytes] | SealedUpload, *, county: str, by: User | None, now: datetime
) -> Document:
    """Take in one file for cleaning; the worker has it from the commit on.

    Equal bytes that are ready already come back at once. A file that is too large comes back refused.
    A sealed upload is used up.
    """
    try:
        sealed_name, digest, size = _sealed(source)
    except TooBigError:
        reason = too_big().sentence
        return _create(
            county, by, now, state=DocumentState.REFUSED, reason=reason, original_sha256=bytes(32), size=0
        )
    try:
        with transaction.atomic():
            if known := find_again(county, digest, now=now):
                transaction.on_commit(partial(incoming.destroy, sealed_name))
                return known
            document = _create(county, by, now, original_sha256=digest, size=size, sealed_name=sealed_name)
            transaction.on_commit(partial(wake, document.pk))
            return document
    except BaseException:
        incoming.destroy(sealed_name)
        raise


def _sealed(source: BinaryIO | Iterable[bytes] | SealedUpload) -> tuple[str, bytes, int]:
    """Return name, SHA-256 and size of a file that rests sealed; raise TooBigError."""
    if isinstance(source, SealedUpload):
        if source.size > settings.DOCUMENTS_MOST_BYTES:
            incoming.destroy(source.sealed_name)
            raise TooBigError
        return source.sealed_name, source.sha256, source.size
    file = incoming.put(_bounded(source))
    return file.name, file.sha256, file.size


def _bounded(source: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in iter(partial(source.read, _READ), b"") if hasattr(source, "read") else source:
        size += len(chunk)
        if size > settings.DOCUMENTS_MOST_BYTES:
            raise TooBigError
        yield chunk


def _create(county: str, by: User | None, now: datetime, **told: object) -> Document:
    return Document.objects.create(county=county, created_by=by, created_at=now, queued_at=now, **told)


def wake(document_id: UUID) -> bool:
    """Tell the worker that there is something to do; without a broker the minute's sweep finds it."""
    try:
        current_app.send_task("documents.clean_waiting", [str(document_id)])
    except (OperationalError, OSError):
        log.warning("No broker: document %s waits for the sweep.", document_id)
        return False
    return True
