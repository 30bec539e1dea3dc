"""Background work of pages."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.pages import kept, store


@shared_task
def sweep_pages() -> int:
    """Remove pages of past days and those a crash left stale; harmless at any time, twice or at once."""
    return store.sweep(timezone.localdate(), kept.generations)
