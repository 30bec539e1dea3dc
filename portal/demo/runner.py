"""Everything from nothing by one command: servers, schema, invented county, website, worker, signer.

This process stays small: what needs Django's models runs in a child that ends (`manage.py demo_data`).
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from portal.demo.network import answers_ready, refuse_taken_port
from portal.demo.programs import Program, background_worker, fill_database, log_signer, website
from portal.demo.welcome import Report, welcome
from portal.embedded import DataLock, EmbeddedError, InUseError, Servers, running
from portal.embedded.account import server_account
from portal.embedded.folders import prepare_data, remove_data
from portal.log import keyfile
from portal.vault.files import KEY_NAMES, make_missing_keys

_MOST_RESTARTS = 5
_WITHIN_SECONDS = 60.0


class DemoError(Exception):
    """The demo cannot run; the text says why and what to do."""


@dataclass(frozen=True)
class Options:
    """What the command line asks for; `site_url` is what visitors type."""

    data: Path
    host: str
    port: int
    site_url: str
    fresh: bool
    empty: bool


def run(options: Options, report: Report) -> NoReturn:
    """Start everything, say where it is, watch over it until interrupted, stop in reverse order.

    Raises:
        DemoError: another demo runs, the port is taken, the folder holds real data, or a part does not start.
        KeyboardInterrupt: Ctrl-C, after everything has stopped.
        SystemExit: another request to end, after everything has stopped.
    """
    with _signals_heard(), ExitStack() as stack:
        try:
            _run(options, report, stack)
        except InUseError as error:
            raise DemoError(f"{error}不能再启动一个。") from error
        except EmbeddedError as error:
            raise DemoError(str(error)) from error
        finally:
            _ignore_further_signals()


def _run(options: Options, report: Report, stack: ExitStack) -> NoReturn:
    lock = _take_folder(options, stack)
    servers = stack.enter_context(
        running(
            options.data,
            mode="demo",
            purpose="演示",
            database="DATABASE_URL" not in os.environ,
            broker="REDIS_URL" not in os.environ,
            lock=lock,
        )
    )
    os.environ["PORTAL_SOCKETS"] = str(servers.sockets)
    for server in servers.started:
        report(f"{server.name}已启动。")
    _finish(fill_database(lock.fd, empty=options.empty), stack)
    logs = options.data / "logs"
    worker = background_worker(log=logs / "worker.log", lock_fd=lock.fd)
    web = website(
        host=options.host,
        port=options.port,
        static=options.data / "static",
        log=logs / "web.log",
        lock_fd=lock.fd,
    )
    signer = log_signer(log=logs / "signer.log", lock_fd=lock.fd)
    for program in (web, worker, signer):
        stack.callback(program.stop)
        program.start()
    _wait_until_ready(web, options)
    welcome(options.site_url, options.data, report)
    stack.callback(report, "正在停止……")
    _watch(servers, [web, worker, signer], logs, report)


def _take_folder(options: Options, stack: ExitStack) -> DataLock:
    """Make the data folder this demo's own, after everything that could forbid it has been looked at."""
    data = options.data
    prepare_data(data, server_account())
    lock = DataLock(data).take(f"演示 {options.site_url}")
    stack.callback(lock.release)
    marker = data / "env"
    if marker.exists() and "PORTAL_ENV=demo" not in marker.read_text(encoding="utf-8"):
        raise DemoError(f"{data} 里是正式数据，演示不会动它。请用 --data 另选一个文件夹。")
    if reason := refuse_taken_port(options.host, options.port):
        raise DemoError(reason)
    if options.fresh:
        remove_data(data)
    # Commands typed beside the demo learn from this file what they work on.
    marker.write_text(f"PORTAL_ENV=demo\nSITE_URL={options.site_url}\n", encoding="utf-8")
    make_missing_keys(data / "keys", (*KEY_NAMES, "session"))
    keyfile.make_missing(data / "keys" / "log.key", keyfile.origin_of(options.site_url))
    return lock


def _finish(program: Program, stack: ExitStack) -> None:
    """Run a program to its end."""
    stack.callback(program.stop)
    program.start()
    if program.wait():
        raise DemoError(f"{program.name}没有完成，原因见上。")


def _wait_until_ready(web: Program, options: Options, patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while not answers_ready(options.host, options.port):
        if not web.is_alive() or time.monotonic() > deadline:
            raise DemoError(f"{web.name}没有启动，原因见 {web.log}。")
        time.sleep(0.05)


def _watch(servers: Servers, programs: list[Program], logs: Path, report: Report) -> NoReturn:
    """Start again whatever dies, until it dies too often."""
    restarts: list[float] = []
    while True:
        time.sleep(0.3)
        revived = servers.revive()
        for program in programs:
            if not program.is_alive():
                program.start()
                revived.append(program.name)
        for name in revived:
            report(f"{name}意外停止，已重新启动。")
            restarts.append(time.monotonic())
        restarts = [moment for moment in restarts if time.monotonic() - moment < _WITHIN_SECONDS]
        if len(restarts) > _MOST_RESTARTS:
            raise DemoError(f"{revived[-1]}反复停止，演示结束。原因见 {logs}。")


@contextmanager
def _signals_heard() -> Iterator[None]:
    """End in order when asked by a service manager or by a closed terminal, as for Ctrl-C."""
    before = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)} | {
        signal.SIGINT: signal.getsignal(signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def _ignore_further_signals() -> None:
    """Let nobody's impatience leave a part behind: stopping takes seconds."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
