"""The bundled broker: the Redis protocol on a unix socket, in memory only."""

from __future__ import annotations

import contextlib
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.embedded.account import Account
from portal.embedded.binaries import broker_binary
from portal.embedded.children import spawn, stop
from portal.embedded.errors import EmbeddedError
from portal.embedded.folders import BROKER_SOCKET


@contextmanager
def broker(
    *, home: Path, sockets: Path, log: Path, account: Account, lock_fd: int
) -> Iterator[None]:
    """Run the broker while the block runs.

    It writes nothing to disk: PostgreSQL remembers the work, the broker only wakes the worker.
    """
    path = sockets / BROKER_SOCKET
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    command = [
        str(broker_binary(home, account)),
        *("--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"),
        *("--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", str(sockets)),
        *("--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--loglevel", "warning"),
    ]
    with log.open("wb") as output:
        server = spawn(command, log=output, account=account, keep_open=[lock_fd])
    try:
        deadline = time.monotonic() + 10
        while not is_ready(sockets):
            if server.poll() is not None or time.monotonic() > deadline:
                raise EmbeddedError(f"消息服务没有启动，原因见 {log}。")
            time.sleep(0.01)
        yield
    finally:
        stop(server, signal.SIGTERM, patience=5)


def is_ready(sockets: Path) -> bool:
    """Say whether the broker answers a PING."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(sockets / BROKER_SOCKET))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
