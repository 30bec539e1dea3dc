"""What slows a flood down: a ceiling, counters that forget."""

from __future__ import annotations

import logging

import pytest
from pytest_django import Settings

from complaints.reporting.limits import Ceiling
from portal.pages.clients import Tries


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
