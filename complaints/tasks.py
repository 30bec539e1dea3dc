"""Background work of complaints: wakes actions that find themselves what is due."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from complaints import destroying, inbox, pieces

# A file is written and synced before its row is committed; no request lives so long.
_ABANDONED = timedelta(hours=1)


@shared_task(name="complaints.tell_inbox")
def tell_inbox() -> int:
    """Tell the public log of the weeks that are over; return how many entries it took."""
    return len(inbox.tell(now=timezone.now()))


@shared_task(name="complaints.destroy_due")
def destroy_due() -> int:
    """Destroy the content of reports whose time is over; return how many."""
    return destroying.destroy_due(now=timezone.now())


@shared_task(name="complaints.sweep_files")
def sweep_files() -> int:
    """Remove sealed files that belong to no report; return how many."""
    return pieces.sweep(before=(timezone.now() - _ABANDONED).timestamp())
