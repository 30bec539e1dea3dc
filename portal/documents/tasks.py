"""Background work of documents: each task asks the database what there is to do."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from portal.documents import processing, sweeping
from portal.documents.actions import wake


@shared_task(name="documents.clean_waiting")
def clean_waiting(document_id: str) -> None:
    """Clean one document; harmless when run twice or late."""
    processing.process(UUID(document_id), now=timezone.now())


@shared_task(name="documents.pick_up")
def pick_up() -> int:
    """Wake the worker for what was queued while there was no broker, or left by a worker that died."""
    found = processing.waiting(timezone.now())
    for document_id in found:
        wake(document_id)
    return len(found)


@shared_task(name="documents.sweep")
def sweep() -> int:
    """Delete what nobody needs any more."""
    return sweeping.sweep(timezone.now())
