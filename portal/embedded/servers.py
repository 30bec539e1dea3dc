"""Both servers together: start them, or attach to those another process runs in the same data folder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.account import server_account
from portal.embedded.broker import broker as run_broker
from portal.embedded.errors import EmbeddedError, InUseError
from portal.embedded.folders import prepare_data, prepare_home, prepare_sockets, sockets_folder
from portal.embedded.lock import DataLock, Visitors
from portal.embedded.postgres import Mode, is_ready
from portal.embedded.postgres import postgres as run_postgres

__all__ = ["Mode", "Servers", "running"]


@dataclass(frozen=True)
class Servers:
    """Where the servers listen, and whether this process started them."""

    sockets: Path
    started: bool


@contextmanager
def running(  # noqa: PLR0913
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
            yield Servers(sockets_folder(data_dir), started=False)
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
    account = server_account()
    sockets = prepare_sockets(data_dir, account)
    home = prepare_home(data_dir, account)
    logs = data_dir / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    with ExitStack() as stack:
        if database:
            stack.enter_context(
                run_postgres(
                    home=home,
                    sockets=sockets,
                    log=logs / "postgres.log",
                    account=account,
                    mode=mode,
                    lock_fd=lock.fd,
                )
            )
        if broker:
            stack.enter_context(
                run_broker(
                    home=home,
                    sockets=sockets,
                    log=logs / "broker.log",
                    account=account,
                    lock_fd=lock.fd,
                )
            )
        yield Servers(sockets, started=True)
