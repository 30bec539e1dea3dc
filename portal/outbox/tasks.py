"""Background work of the outbox: the database says what there is to do."""

from __future__ import annotations

from celery import shared_task

from portal.outbox.dispatching import dispatch
from portal.outbox.waking import waker


# For a handler that hangs: longer than a run and its last lease, shorter than the broker's patience.
@shared_task(name="outbox.dispatch", acks_late=True, reject_on_worker_lost=True, time_limit=600)
def dispatch_waiting() -> int:
    """Do what waits; harmless when run twice, late or beside others."""
    result = dispatch()
    if result.is_more:
        waker.poke()
    return result.done
