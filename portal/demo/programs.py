"""The demo's own programs: website, worker, signer and filler, as children of the runner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from portal.embedded.children import spawn, stop

_ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Program:
    """One child of the runner."""

    name: str
    command: list[str]
    log: Path | None
    lock_fd: int
    environment: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; its output goes to its log, or to the terminal."""
        with ExitStack() as stack:
            self._process = spawn(
                self.command,
                log=stack.enter_context(self.log.open("ab")) if self.log else None,
                environment={**os.environ, **self.environment},
                keep_open=[self.lock_fd],
                folder=_ROOT,
            )

    def is_alive(self) -> bool:
        """Say whether its process still runs."""
        return self._process is not None and self._process.poll() is None

    def wait(self) -> int:
        """Wait for its end and return its exit status."""
        return self._process.wait() if self._process else 0

    def stop(self) -> None:
        """Let it finish what it is doing, within reason."""
        if self._process is not None:
            stop(self._process, signal.SIGTERM, patience=10)


def fill_database(lock_fd: int, *, empty: bool) -> Program:
    """Describe the child that migrates and makes the invented county; it speaks to the terminal."""
    command = [sys.executable, str(_ROOT / "manage.py"), "demo_data"]
    if empty:
        command.append("--empty")
    # It runs in this very environment: nothing to make or refresh.
    return Program("演示数据", command, None, lock_fd, {"PORTAL_NO_VENV": "1"})


def website(*, host: str, port: int, static: Path, log: Path, lock_fd: int) -> Program:
    """Describe the web server; it also serves the static files, whose names change with their content."""
    options = [
        *("--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"),
        *("--workers", "2", "--blocking-threads", "32", "--respawn-failed-workers"),
        *("--workers-kill-timeout", "3", "--log-level", "warning"),
        *("--static-path-mount", str(static), "--static-path-expires", "31536000"),
    ]
    command = [sys.executable, "-m", "granian", *options, "portal.wsgi:application"]
    return Program("网站", command, log, lock_fd)


def background_worker(*, log: Path, lock_fd: int) -> Program:
    """Describe Celery's worker, which is also the scheduler; threads cost a quarter of processes here."""
    options = [
        *("--pool", "threads", "--concurrency", "4", "--beat", "--loglevel", "warning"),
        *("--without-gossip", "--without-mingle"),
    ]
    command = [sys.executable, "-m", "celery", "--app", "portal", "worker", *options]
    # The demo may well be root's; the worker says so in every start otherwise.
    quiet = {"PYTHONWARNINGS": "ignore::RuntimeWarning:celery.platforms"}
    return Program("后台任务", command, log, lock_fd, quiet)


def log_signer(*, log: Path, lock_fd: int) -> Program:
    """Describe the signer of the public log: the only program that reads the signing key."""
    command = [sys.executable, str(_ROOT / "manage.py"), "log", "sign"]
    return Program("日志签名", command, log, lock_fd, {"PORTAL_NO_VENV": "1"})
