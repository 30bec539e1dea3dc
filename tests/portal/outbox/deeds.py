"""Handlers for tests, whose effects are rows of a table of their own."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from portal.outbox import registry
from portal.outbox.actions import once, put
from portal.outbox.models import Effect


class Deeds:
    """What was done how often; `pause` is where a handler stops, for whoever wants to kill it there."""

    def __init__(self) -> None:
        self.pause: Callable[[], None] | None = None
        self.is_broken = True

    @contextmanager
    def registered(self) -> Iterator[Deeds]:
        """Register the topics, and clean up after the test."""
        handlers: dict[str, registry.Handler] = {"note": self.note, "once": self.once, "fail": self.fail}
        for topic, function in handlers.items():
            registry.handler(topic)(function)
        try:
            yield self
        finally:
            for topic in handlers:
                registry.forget(topic)
            _run("DELETE FROM test_deeds")

    def done(self) -> Counter[str]:
        """Return how often each key was done."""
        return Counter(key for (key,) in _run("SELECT key FROM test_deeds"))

    def note(self, ref: Mapping[str, int | str], key: str) -> None:
        """Write down each call."""
        with transaction.atomic():
            _run("INSERT INTO test_deeds VALUES (%s)", [key])

    def once(self, ref: Mapping[str, int | str], key: str) -> None:
        """Write down the first call; stop before or after the commit where `ref` says so."""
        with transaction.atomic():
            if once(key):
                _run("INSERT INTO test_deeds VALUES (%s)", [key])
            if ref.get("stop") == "before":
                self._stop()
        if ref.get("stop") == "after":
            self._stop()

    def fail(self, ref: Mapping[str, int | str], key: str) -> None:
        """Fail with a text that must not be kept, and leave nothing."""
        with transaction.atomic():
            _run("INSERT INTO test_deeds VALUES (%s)", [key])
            if self.is_broken:
                raise ConnectionRefusedError("王小明 360902199001011234")

    def _stop(self) -> None:
        if self.pause is not None:
            self.pause()


def _run(statement: str, values: list[str] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def write(topic: str, *keys: str, **ref: int | str) -> None:
    """Write effects as an act would."""
    with transaction.atomic():
        for key in keys:
            put(topic=topic, key=key, ref=ref)


def database_now() -> datetime:
    """Return the moment by the database's clock."""
    (row,) = _run("SELECT now()")
    moment: datetime = row[0]
    return moment


def the(key: str) -> Effect:
    """Return an effect as it is stored."""
    return Effect.objects.get(key=key)


def later(**time_passed: float) -> datetime:
    """Return a moment after now."""
    return database_now() + timedelta(**time_passed)


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for another process, half a minute at most."""
    ends = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)
