"""The demo as its users meet it: it starts, refuses, recovers, stops and leaves nothing behind."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.alone
_PATIENCE = 90


def _environment() -> dict[str, str]:
    """Return this process's environment without what the suite put there for itself."""
    ours = ("PORTAL_", "DATABASE_", "REDIS_", "DJANGO_", "SITE_", "PYTEST_")
    return {k: v for k, v in os.environ.items() if not k.startswith(ours)} | {"PORTAL_NO_VENV": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _command(data: Path, port: int) -> list[str]:
    manage = str(ROOT / "manage.py")
    return [sys.executable, manage, "demo", "--empty", "--data", str(data), "--port", str(port)]


class Demo:
    """One data folder, its port, and the processes started in it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = _free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> subprocess.Popen[str]:
        self.process = subprocess.Popen(
            _command(self.data, self.port),
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        _eventually(lambda: self.get("/readyz")[0] == 200)
        return self.process

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.data / "run"), user="portal_app", dbname="portal")

    def is_gone(self) -> bool:
        """Every part inherits the lock: it is free only when no process is left."""
        with (self.data / "lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return not _processes_of(self.data) and self.get("/healthz")[0] == 0


def _processes_of(data: Path) -> list[str]:
    """Return the command lines of the living processes that were started for a data folder."""
    mark, found = os.fsencode(data), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            facts = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            if mark in facts and int(process.name) != os.getpid():
                found.append(facts[:200].decode(errors="replace"))
        except OSError:  # It ended meanwhile, or is none of ours.
            continue
    return found


def _eventually(condition: Callable[[], bool], patience: float = _PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.05)


@pytest.fixture
def demo() -> Iterator[Demo]:
    data = Path(tempfile.mkdtemp(prefix="portal-demo-"))
    data.chmod(0o711)
    demo = Demo(data)
    yield demo
    if demo.process is not None:
        if demo.process.poll() is None:
            demo.process.kill()
        demo.process.communicate()
        _eventually(demo.is_gone)
    shutil.rmtree(data)


def test_demo_refuses_a_second_start_and_ctrl_c_leaves_nothing(demo: Demo) -> None:
    process = demo.start()
    second = subprocess.run(
        _command(demo.data, demo.port), env=_environment(), capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 3
    assert f"进程 {process.pid}" in second.stderr
    assert "Traceback" not in second.stderr
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert f"http://127.0.0.1:{demo.port}/" in output
    assert "Traceback" not in output
    assert demo.is_gone()


def test_demo_killed_leaves_nothing_and_resumes_with_its_data(demo: Demo) -> None:
    process = demo.start()
    with demo.connect() as connection:
        connection.execute("INSERT INTO django_session VALUES ('kept', 'x', now() + interval '1 day')")
    process.kill()
    process.communicate()
    _eventually(demo.is_gone)
    demo.start()
    with demo.connect() as connection:
        row = connection.execute("SELECT count(*) FROM django_session").fetchone()
    assert row == (1,)


def test_demo_answers_plainly_while_its_database_is_away_and_recovers(demo: Demo) -> None:
    process = demo.start()
    process.send_signal(signal.SIGSTOP)  # Else the runner brings the server back before we can look.
    os.kill(int((demo.data / "server/pg/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    _eventually(lambda: demo.get("/readyz")[0] == 503)
    for _ in range(3):
        started = time.monotonic()
        status, page = demo.get("/manage/", Cookie="sessionid=" + "x" * 32)
        assert (status, "现在打不开" in page) == (503, True)
        assert time.monotonic() - started < 7
    process.send_signal(signal.SIGCONT)
    _eventually(lambda: demo.get("/readyz")[0] == 200)
    assert demo.get("/manage/", Cookie="sessionid=" + "x" * 32)[0] == 200


def test_demo_refuses_a_port_of_somebody_else(demo: Demo) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", demo.port))
        stranger.listen()
        refused = subprocess.run(
            _command(demo.data, demo.port), env=_environment(), capture_output=True, text=True
        )
    assert refused.returncode == 3
    assert "端口" in refused.stderr
    assert not (demo.data / "server").exists()


def test_demo_refuses_a_folder_of_real_data(demo: Demo) -> None:
    (demo.data / "env").write_text("PORTAL_ENV=production\n")
    refused = subprocess.run(
        _command(demo.data, demo.port), env=_environment(), capture_output=True, text=True
    )
    assert refused.returncode == 3
    assert "正式数据" in refused.stderr
