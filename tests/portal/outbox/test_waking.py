"""Waking the worker costs whoever committed next to nothing, with every kind of broker."""

from __future__ import annotations

import socket
from collections import Counter
from pathlib import Path

import pytest
from celery import Celery, current_app
from django.conf import settings
from django.db import connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from portal.outbox.actions import put
from portal.outbox.dispatching import dispatch
from portal.outbox.waking import POLL_SECONDS, Poke, Waker
from tests.portal.outbox.deeds import Deeds, write


def _app(broker: str) -> Celery:
    """Return an application like ours, with another broker."""
    other = Celery("other", broker=broker, set_as_current=False)
    other.conf.update(
        task_publish_retry=settings.CELERY_TASK_PUBLISH_RETRY,
        broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        broker_connection_timeout=settings.CELERY_BROKER_CONNECTION_TIMEOUT,
    )
    return other


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_running_broker_is_poked() -> None:
    assert Waker(lambda: current_app, patience=20).poke() == Poke.SENT


def test_without_a_broker_one_poke_fails_and_the_next_is_not_tried() -> None:
    clock = Clock()
    waker = Waker(lambda: _app("redis+socket:///nowhere/broker.sock"), clock=clock)
    assert [waker.poke(), waker.poke()] == [Poke.FAILED, Poke.SKIPPED]
    clock.now = POLL_SECONDS
    assert waker.poke() == Poke.FAILED


def test_a_broker_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "s"))
        silent.listen()
        waker = Waker(lambda: _app(f"redis+socket://{tmp_path}/s"), patience=0.05)
        assert [waker.poke(), waker.poke()] == [Poke.FAILED, Poke.SKIPPED]


@pytest.mark.django_db
def test_many_effects_of_one_transaction_are_one_poke(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        for number in range(5):
            put(topic="note", key=f"a:{number}")
    assert len(callbacks) == 1


@pytest.mark.django_db(transaction=True)
def test_a_poke_of_what_was_rolled_back_is_not_the_only_one(deeds: Deeds) -> None:
    def undone() -> None:
        with transaction.atomic():
            put(topic="note", key="a:1")
            raise ZeroDivisionError

    with transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            undone()
        assert not connection.run_on_commit
        put(topic="note", key="a:2")
        assert len(connection.run_on_commit) == 1


@pytest.mark.django_db(transaction=True)
def test_with_a_lost_broker_the_poll_does_the_work(deeds: Deeds, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.outbox import waking

    lost = Waker(lambda: _app("redis+socket:///nowhere/broker.sock"))
    monkeypatch.setattr(waking, "waker", lost)
    write("note", "a:1")
    write("note", "a:2")
    assert lost.poke() == Poke.SKIPPED  # The first commit found out.
    assert dispatch().done == 2
    assert deeds.done() == Counter(["a:1", "a:2"])
