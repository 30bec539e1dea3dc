"""Runs rows through builders, in order, on one or several processes, with bounded memory."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator
from itertools import chain, islice

from portal.imports.building import Builder, Built, Plan, RawRow

CHUNK_ROWS = 2_000
# Below this many rows a process costs more than it brings.
PARALLEL_FROM = 4 * CHUNK_ROWS
_builder: Builder | None = None


def _start(plan: Plan) -> None:
    global _builder  # one builder per worker process
    _builder = Builder(plan)


def _work(rows: list[RawRow]) -> Built:
    assert _builder is not None  # noqa: S101 # set by the initializer
    return _builder.build(rows)


def build_all(plan: Plan, rows: Iterator[RawRow], *, processes: int = 1) -> Iterator[Built]:
    """Yield what became of the rows, chunk by chunk in their order.

    With several processes, `processes` of them build while this one reads and its caller writes.
    They are forked before the caller's next statement, and touch neither database nor settings.
    """
    first = list(islice(rows, PARALLEL_FROM))
    if processes < 2 or len(first) < PARALLEL_FROM:
        builder = Builder(plan)
        for chunk in _chunks(chain(first, rows)):
            yield builder.build(chunk)
        return
    context = multiprocessing.get_context("fork")
    with context.Pool(processes, _start, [plan]) as pool:
        waiting: deque[multiprocessing.pool.AsyncResult[Built]] = deque()
        for chunk in _chunks(chain(first, rows)):
            waiting.append(pool.apply_async(_work, [chunk]))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().get()
        while waiting:
            yield waiting.popleft().get()


def _chunks(rows: Iterator[RawRow]) -> Iterator[list[RawRow]]:
    while chunk := list(islice(rows, CHUNK_ROWS)):
        yield chunk
