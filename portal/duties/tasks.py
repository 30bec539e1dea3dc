"""Background work of duties."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.duties.generating import refresh
from portal.duties.reminding import remind


@shared_task(name="duties.refresh")
def refresh_duties() -> int:
    """Make the duties of periods that have begun; harmless at any time. Return how many changed."""
    done = refresh(today=timezone.localdate())
    return done.added + done.dropped + done.moved + done.met


@shared_task(name="duties.remind")
def remind_of_duties() -> int:
    """Tell who is concerned of deadlines near and past, each once. Return how many letters were put."""
    now = timezone.now()
    return remind(today=timezone.localdate(now), at=now).letters
