"""Runs rows through builders, in order, on one or several processes, with bounded memory."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice

from portal.imports.building import Builder
from portal.imports.plan import Built, Plan, RawRow
from portal.imports.reading.errors import FileError

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
    try:
        yield from _in_parallel(plan, _chunks(chain(first, rows)), processes)
    except BrokenProcessPool as error:
        raise FileError(
            "读表的进程被系统结束了，多半是内存不够。什么也没有导入，请再试（命令可加 --processes 1）。"
        ) from error


def _in_parallel(plan: Plan, chunks: Iterator[list[RawRow]], processes: int) -> Iterator[Built]:
    # Unlike multiprocessing.Pool, an executor notices that a worker was killed, and does not wait forever.
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _start, (plan,))
    try:
        waiting: deque[Future[Built]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(_work, chunk))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _chunks(rows: Iterator[RawRow]) -> Iterator[list[RawRow]]:
    while chunk := list(islice(rows, CHUNK_ROWS)):
        yield chunk
