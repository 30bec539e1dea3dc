"""Background work of the codes."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.codes import scans


@shared_task(name="codes.fold_scans")
def fold_scans() -> int:
    """Bring the counted scans into the database; harmless when run twice or late."""
    return scans.fold(timezone.localdate())
