"""Both servers together: start them, or attach to those another process runs in the same data folder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.account import server_account
from portal.embedded.broker import Broker
from portal.embedded.errors import EmbeddedError, InUseError
from portal.embedded.folders import prepare_data, prepare_place, sockets_folder
from portal.embedded.lock import DataLock, Visitors
from portal.embedded.postgres import Mode, Postgres, is_ready


@dataclass(frozen=True)
class Servers:
    """Where the servers listen, and those this process started (none when it is attached to another's)."""

    sockets: Path
    started: tuple[Postgres | Broker, ...] = ()

    def revive(self) -> list[str]:
        """Start again whatever has died, and return the names.

        Raises:
            EmbeddedError: one does not come back.
        """
        dead = [server for server in self.started if not server.is_alive()]
        for server in dead:
            _start_again(server)
        return [server.name for server in dead]


@contextmanager
def running(
    data_dir: Path,
    *,
    mode: Mode,
    purpose: str,
    database: bool = True,
    broker: bool = False,
    lock: DataLock | None = None,
) -> Iterator[Servers]:
    """Give the servers of `data_dir` for the length of the block.

    Without a `lock` of its own the caller attaches to servers that run already; those it had to start
    stop at the end, after the last other command that came to use them. With a lock (the demo, which holds
    it for longer) they are always started, and stopped at once.

    Raises:
        EmbeddedError: a server does not start; the text says why.
    """
    prepare_data(data_dir, server_account())
    if lock is not None:
        with _started(data_dir, mode=mode, database=database, broker=broker, lock=lock) as servers:
            yield servers
        return
    with ExitStack() as stack:
        visitors = Visitors(data_dir)
        own = _own_or_attached(data_dir, visitors, purpose)
        stack.callback(visitors.leave)
        if own is None:
            yield Servers(sockets_folder(data_dir))
            return
        stack.callback(own.release)
        servers = stack.enter_context(
            _started(data_dir, mode=mode, database=database, broker=broker, lock=own)
        )
        stack.callback(visitors.wait_for_last)
        yield servers


def _own_or_attached(data_dir: Path, visitors: Visitors, purpose: str) -> DataLock | None:
    """Return the lock when this process is the one to start servers, None when it is attached to others'."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return DataLock(data_dir).take(purpose)
        except InUseError as error:
            # The holder may be starting, or stopping, its servers: try until one of the two is over.
            if visitors.enter():
                if is_ready(sockets_folder(data_dir)):
                    return None
                visitors.leave()
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{error}数据库没有应答，请稍后再试。") from None
            time.sleep(0.1)


@contextmanager
def _started(
    data_dir: Path, *, mode: Mode, database: bool, broker: bool, lock: DataLock
) -> Iterator[Servers]:
    place = prepare_place(data_dir, server_account(), lock.fd)
    wanted: list[Postgres | Broker] = []
    if database:
        wanted.append(Postgres(place, mode))
    if broker:
        wanted.append(Broker(place))
    with ExitStack() as stack:
        for server in wanted:
            stack.callback(server.stop)
            server.start()
        yield Servers(place.sockets, tuple(wanted))


def _start_again(server: Postgres | Broker, patience: float = 10) -> None:
    """Start a server that died, giving the remains of its last run time to go."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return server.start()
        except EmbeddedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
