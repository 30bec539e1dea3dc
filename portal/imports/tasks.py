"""Background work of imports: each task asks the database what there is to do."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from portal.imports import processing
from portal.imports.actions import wake


@shared_task(name="imports.process_upload")
def process_upload(upload_id: str) -> None:
    """Check or load one upload; harmless when run twice or late."""
    processing.process(UUID(upload_id), now=timezone.now())


@shared_task(name="imports.pick_up")
def pick_up() -> int:
    """Wake the worker for what was queued while there was no broker, or left by a worker that died."""
    found = processing.waiting(timezone.now())
    for upload_id in found:
        wake(upload_id)
    return len(found)


@shared_task(name="imports.sweep")
def sweep() -> int:
    """Destroy the files whose time is over."""
    return processing.sweep(timezone.now())
