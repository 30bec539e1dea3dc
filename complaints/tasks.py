"""Background work of complaints: PostgreSQL says what there is to do; each may come twice or late."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from complaints import escalating, keys, recounting, reminders


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
