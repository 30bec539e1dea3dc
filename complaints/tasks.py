"""Background work of complaints: PostgreSQL says what there is to do; each may come twice or late."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from complaints.results import inbox
from complaints.sealing import keys, pieces
from complaints.tickets import destroying, escalating, recounting, reminders

# A file is written and synced before its row is committed; no request lives so long.
_ABANDONED = timedelta(hours=1)


@shared_task(name="complaints.scan", acks_late=True, reject_on_worker_lost=True)
def scan() -> int:
    """Escalate what is due, and forget desks that nobody uses."""
    keys.lock_idle(timezone.now())
    return escalating.scan().escalated


@shared_task(name="complaints.digest", acks_late=True, reject_on_worker_lost=True)
def digest() -> int:
    """Write the morning's letters."""
    return reminders.digest(escalating.database_now())


@shared_task(name="complaints.recount", acks_late=True, reject_on_worker_lost=True)
def recount() -> int:
    """Compute open deadlines anew where the calendar has changed."""
    return recounting.recount(escalating.database_now())


@shared_task(name="complaints.tell_inbox")
def tell_inbox() -> int:
    """Tell the public log of the weeks that are over; return how many entries it took."""
    return len(inbox.tell(now=escalating.database_now()))


@shared_task(name="complaints.destroy_due")
def destroy_due() -> int:
    """Destroy the content of reports whose time is over, by a clock that can be believed; return how many."""
    now = escalating.database_now()
    return 0 if escalating.doubt(now) else destroying.destroy_due(now=now)


@shared_task(name="complaints.sweep_files")
def sweep_files() -> int:
    """Remove sealed files that belong to no report; return how many."""
    return pieces.sweep(before=(timezone.now() - _ABANDONED).timestamp())
