"""The bundled broker: the Redis protocol on a unix socket, in memory only."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from pathlib import Path

from portal.embedded.binaries import broker_binary
from portal.embedded.children import spawn, stop
from portal.embedded.errors import EmbeddedError
from portal.embedded.folders import BROKER_SOCKET, Place


class Broker:
    """The broker of one data folder.

    It writes nothing to disk: PostgreSQL remembers the work, the broker only wakes the worker.
    """

    name = "消息服务"

    def __init__(self, place: Place) -> None:
        """Describe the broker; nothing is started."""
        self._place = place
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers.

        Raises:
            EmbeddedError: it does not start; the text names its log.
        """
        sockets, log = self._place.sockets, self._place.logs / "broker.log"
        (sockets / BROKER_SOCKET).unlink(missing_ok=True)
        program = broker_binary(self._place.home, self._place.account)
        command = [
            str(program),
            *("--port", "0", "--unixsocket", str(sockets / BROKER_SOCKET)),
            *("--unixsocketperm", "700", "--dir", str(sockets), "--daemonize", "no"),
            *("--save", "", "--appendonly", "no", "--loglevel", "warning"),
            *("--maxmemory", "256mb", "--maxmemory-policy", "noeviction"),
        ]
        with log.open("wb") as output:
            self._process = spawn(
                command,
                log=output,
                account=self._place.account,
                keep_open=[self._place.lock_fd],
            )
        deadline = time.monotonic() + 10
        while not answers(sockets):
            if not self.is_alive() or time.monotonic() > deadline:
                raise EmbeddedError(f"消息服务没有启动，原因见 {log}。")
            time.sleep(0.01)

    def is_alive(self) -> bool:
        """Say whether the broker's process still runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Stop; what was queued is forgotten, its cause is in PostgreSQL."""
        if self._process is not None:
            stop(self._process, signal.SIGTERM, patience=5)


def answers(sockets: Path) -> bool:
    """Say whether the broker answers a PING."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(sockets / BROKER_SOCKET))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
