"""Whatever waits is done by one hand at a time, put off when it fails, and dead after twelve tries."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import connections, transaction

from portal.outbox.actions import put, revive
from portal.outbox.dispatching import MOST_ATTEMPTS, dispatch, pause_after
from portal.outbox.models import Effect
from portal.outbox.tasks import dispatch_waiting
from tests.portal.outbox.deeds import Deeds, database_now, later, the, wait_until, write
from tests.racing import race

pytestmark = pytest.mark.django_db


def test_what_waits_is_done_once(deeds: Deeds) -> None:
    write("note", "a:1", "a:2")
    assert dispatch().done == 2
    assert dispatch().done == 0
    assert deeds.done() == Counter(["a:1", "a:2"])
    assert the("a:1").done_at is not None


def test_what_is_for_later_waits(deeds: Deeds) -> None:
    with transaction.atomic():
        put(topic="note", key="a:1", not_before=later(hours=1))
    assert dispatch().done == 0
    assert dispatch(later(hours=1, seconds=1)).done == 1


def test_a_run_stops_at_its_limit_and_says_so(deeds: Deeds) -> None:
    write("note", "a:1", "a:2", "a:3")
    first, second = dispatch(limit=2), dispatch(limit=2)
    assert [(one.done, one.is_more) for one in (first, second)] == [(2, True), (1, False)]


def test_what_came_due_first_is_done_first_whatever_its_id(deeds: Deeds) -> None:
    write("note", "a:1", "a:2")
    Effect.objects.filter(key="a:2").update(not_before=database_now() - timedelta(hours=1))
    dispatch(limit=1)
    assert deeds.done() == Counter(["a:2"])


@pytest.mark.django_db(transaction=True)
def test_racing_dispatchers_do_each_effect_once(deeds: Deeds) -> None:
    keys = [f"a:{number}" for number in range(200)]
    write("note", *keys)
    results = race([dispatch] * 4)
    assert sum(one.done for one in results) == 200
    assert sum(one.done > 0 for one in results) > 1
    assert deeds.done() == Counter(keys)


@pytest.mark.django_db(transaction=True)
def test_the_task_is_harmless_when_run_twice_at_once(deeds: Deeds) -> None:
    write("note", *[f"a:{number}" for number in range(20)])
    assert sum(race([dispatch_waiting, dispatch_waiting])) == 20
    assert dispatch_waiting() == 0


def test_pauses_grow_to_six_hours() -> None:
    minutes = [pause_after(number).total_seconds() / 60 for number in range(1, 13)]
    assert minutes[:6] == [1, 5, 25, 125, 360, 360]
    assert minutes[-1] == 360


def test_a_failure_is_put_off_and_the_others_are_done(deeds: Deeds, caplog: pytest.LogCaptureFixture) -> None:
    write("fail", "a:1")
    write("note", "a:2")
    now = later()
    result = dispatch(now)
    assert (result.failed, result.done) == (1, 1)
    assert deeds.done() == Counter(["a:2"])
    failed = the("a:1")
    assert (failed.attempts, failed.error, failed.lease_until) == (1, "ConnectionRefusedError", None)
    assert failed.not_before == now + timedelta(minutes=1)
    assert "王小明" not in caplog.text


def test_what_fails_twelve_times_is_dead_until_somebody_revives_it(
    deeds: Deeds, caplog: pytest.LogCaptureFixture
) -> None:
    write("fail", "a:1")
    now = later()
    for number in range(1, MOST_ATTEMPTS + 1):
        dispatch(now)
        now += pause_after(number)
    assert the("a:1").dead_at is not None
    assert dispatch(later(days=30)).done == 0
    assert f"Effect {the('a:1').pk} (fail) is dead" in caplog.text
    deeds.is_broken = False
    revive(the("a:1").pk)
    assert dispatch().done == 1
    assert (the("a:1").error, the("a:1").attempts) == ("", 1)


def test_an_unknown_topic_is_dead_at_once(deeds: Deeds) -> None:
    write("nobody", "a:1")
    assert dispatch().dead == 1
    assert (the("a:1").error, the("a:1").attempts) == ("UnknownTopicError", 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("stop", "before"), [("before", 0), ("after", 1)])
def test_a_worker_killed_in_the_middle_is_followed_by_one_that_does_it_once(
    deeds: Deeds, stop: str, before: int
) -> None:
    write("once", "a:1", stop=stop)
    reading, writing = os.pipe()
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            deeds.pause = partial(_say_and_sleep, writing)
            dispatch()
        finally:
            os._exit(1)
    os.close(writing)  # Were the child to end by itself, there would be nothing to read.
    assert os.read(reading, 1) == b"x"
    os.kill(child, signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert sum(deeds.done().values()) == before
    assert dispatch().done == 0  # The dead one's lease still runs.
    wait_until(_nobody_else_writes)
    assert dispatch(later(minutes=5, seconds=1)).done == 1
    assert deeds.done() == Counter(["a:1"])
    assert the("a:1").attempts == 2


def _say_and_sleep(writing: int) -> None:
    os.write(writing, b"x")
    time.sleep(60)


def _nobody_else_writes() -> bool:
    """Say whether the server has noticed the killed client."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
        )
        return bool(cursor.fetchone()[0] == 0)


@pytest.mark.django_db(transaction=True)
def test_whoever_lost_the_lease_decides_nothing(deeds: Deeds) -> None:
    """A slow hand fails after another one took the effect up: its failure is not written over the other's."""
    write("fail", "a:1")

    def overtaken() -> None:
        deeds.is_broken = False
        race([lambda: dispatch(later(minutes=6))])

    slow_handler = deeds.fail

    def slow(ref: object, key: str) -> None:
        overtaken()
        raise TimeoutError

    from portal.outbox import registry

    registry.forget("fail")
    calls = iter([slow, slow_handler])
    registry.handler("fail")(lambda ref, key: next(calls)(ref, key))
    dispatch()
    assert the("a:1").done_at is not None
    assert the("a:1").error == ""


def test_what_kills_every_worker_dies_itself(deeds: Deeds) -> None:
    write("note", "a:1")
    Effect.objects.update(attempts=MOST_ATTEMPTS, lease_until=database_now() - timedelta(seconds=1))
    assert dispatch().dead == 1
    assert the("a:1").error == "Killed"
    assert not deeds.done()
