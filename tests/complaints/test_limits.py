"""What slows a flood down: a gate, a ceiling, counters that forget."""

from __future__ import annotations

import logging
import threading
import time

import pytest
from pytest_django import Settings

from complaints.reporting.limits import Ceiling, Gate
from portal.pages.clients import Tries


def test_a_gate_lets_few_through_at_once_and_all_in_the_end(settings: Settings) -> None:
    settings.RECEIPTS_AT_ONCE = 2
    gate, lock, inside, most, done = Gate(), threading.Lock(), 0, 0, 0

    def pass_through() -> None:
        nonlocal inside, most, done
        with gate.passing():
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.02)
            with lock:
                inside -= 1
                done += 1

    threads = [threading.Thread(target=pass_through) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, done) == (2, 8)


def test_whoever_fails_inside_the_gate_leaves_it(settings: Settings) -> None:
    settings.RECEIPTS_AT_ONCE = 1
    gate = Gate()
    with pytest.raises(RuntimeError), gate.passing():
        raise RuntimeError
    with gate.passing():
        pass


def test_the_ceiling_alarms_once_a_minute(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.RECEIPTS_MOST_A_MINUTE = 2
    now = [0.0]
    ceiling = Ceiling(clock=lambda: now[0])
    with caplog.at_level(logging.ERROR):
        assert [ceiling.is_reached() for _ in range(4)] == [False, False, True, True]
        now[0] = 60.0
        assert not ceiling.is_reached()
    assert len(caplog.records) == 1


def test_counts_of_one_network_are_forgotten_with_their_salt() -> None:
    now = [0.0]
    tries = Tries(lambda: 1, seconds=60, clock=lambda: now[0])
    salt = tries._salt
    assert not tries.is_too_many("10.1.2.3")
    assert tries.is_too_many("10.1.2.99")  # The same /24.
    assert not tries.is_too_many("10.1.3.3")
    assert not tries.is_too_many("2001:db8:0:1::1")
    assert tries.is_too_many("2001:db8:0:2::1")  # The same /56.
    now[0] = 60.0
    assert not tries.is_too_many("10.1.2.3")
    assert tries._salt != salt


def test_no_window_is_longer_than_an_hour() -> None:
    with pytest.raises(ValueError, match="an hour"):
        Tries(lambda: 1, seconds=3601)
