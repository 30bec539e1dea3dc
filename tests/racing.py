"""Several acts at once, each in a thread with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections


@contextmanager
def meanwhile(call: Callable[[], Any]) -> Iterator[list[Any]]:
    """Run one call beside the block; the list holds its result, or what it raised, after the block."""
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.extend(race([call])))
    thread.start()
    try:
        yield results
    finally:
        thread.join()


def race(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all calls at one moment; return what each gave or raised, in their order."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            return call()
        except Exception as error:  # noqa: BLE001 # the refusal is the result
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(run, calls))
