"""Poke the worker after a commit, never at the cost of whoever committed: a poll comes every 30 seconds."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from enum import StrEnum

from celery import Celery, current_app
from django.db import transaction

log = logging.getLogger(__name__)
POLL_SECONDS = 30
# A healthy broker takes a few milliseconds; a lost or hanging one costs at most this, once between two polls.
_PATIENCE = 0.2


class Poke(StrEnum):
    """What became of one attempt to wake the worker."""

    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


class Waker:
    """Sends pokes from a thread of its own; after a failure it is quiet until the next poll has come."""

    def __init__(
        self,
        app: Callable[[], Celery],
        *,
        patience: float = _PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._patience = patience
        self._clock = clock
        self._quiet_until = float("-inf")

    def poke(self) -> Poke:
        """Wake the worker, or give up in time; raises nothing."""
        if self._clock() < self._quiet_until:
            return Poke.SKIPPED
        sent = threading.Event()
        try:
            # Nobody waits for it after its time: it ends by the broker's own, longer timeouts.
            sender = threading.Thread(target=self._send, args=[sent], daemon=True, name="outbox-poke")
            sender.start()
            sender.join(self._patience)
        except RuntimeError:  # No further thread, as at the end of a process.
            pass
        if sent.is_set():
            return Poke.SENT
        self._quiet_until = self._clock() + POLL_SECONDS
        log.warning("No broker: effects wait for the poll.")
        return Poke.FAILED

    def _send(self, sent: threading.Event) -> None:
        try:
            # Where no worker runs, pokes must not pile up: the poll makes old ones needless.
            self._app().send_task("outbox.dispatch", expires=2 * POLL_SECONDS, ignore_result=True)
        except Exception as error:  # noqa: BLE001 # whatever it is, the work waits in the database
            log.debug("Poke failed: %s", type(error).__name__)
        else:
            sent.set()


waker = Waker(lambda: current_app)


def poke_after_commit() -> None:
    """Wake the worker once when the running transaction is committed, however many effects it wrote."""
    pending = transaction.get_connection().run_on_commit
    # An earlier registration that is still there falls only together with this one: savepoints are nested.
    if not any(entry[1] is _poke for entry in pending):
        transaction.on_commit(_poke, robust=True)


def _poke() -> None:
    waker.poke()
