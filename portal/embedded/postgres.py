"""The bundled PostgreSQL: one cluster, one unix socket in a private folder, no network."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql

from portal.embedded.account import Account
from portal.embedded.binaries import postgres_binaries
from portal.embedded.children import spawn, stop
from portal.embedded.errors import EmbeddedError

Mode = Literal["demo", "test", "production"]
SUPERUSER = "postgres"
OWNER = "portal_owner"
APP = "portal_app"
DATABASE = "portal"

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    # A county's year is loaded at once: fewer checkpoints, fewer full page images.
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    # A failing COPY prints its row, and a row is somebody's payment: the log names neither row nor statement.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
}
# Tests keep nothing.
_CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
_SMALL_SHARED_MEMORY = 256 << 20
_LOG_LIMIT = 5 << 20


@contextmanager
def postgres(  # noqa: PLR0913
    *, home: Path, sockets: Path, log: Path, account: Account, mode: Mode, lock_fd: int
) -> Iterator[None]:
    """Run the server while the block runs; create cluster, roles and database at the first start."""
    binaries = postgres_binaries(home, account)
    cluster = home / "pg"
    if not cluster.exists():
        _create_cluster(binaries, cluster, account, mode)
    options = dict(_SETTINGS)
    options["unix_socket_directories"] = str(sockets)
    if mode == "test":
        options |= _CARELESS
    if _shared_memory() < _SMALL_SHARED_MEMORY:  # A container's /dev/shm: parallel queries would fail.
        options["dynamic_shared_memory_type"] = "mmap"
    command = [str(binaries / "postgres"), "-D", str(cluster)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.unlink()
    with log.open("ab") as output:
        # SIGINT is PostgreSQL's fast stop; SIGTERM would wait for every client to leave.
        server = spawn(
            command,
            log=output,
            stop_signal=signal.SIGINT,
            account=account,
            keep_open=[lock_fd],
        )
    try:
        _prepare(server, sockets, log, mode)
        yield
    finally:
        stop(server, signal.SIGINT, patience=30)


def is_ready(sockets: Path) -> bool:
    """Say whether the application's role can sign in."""
    try:
        psycopg.connect(host=str(sockets), user=APP, dbname=DATABASE, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _create_cluster(binaries: Path, cluster: Path, account: Account, mode: Mode) -> None:
    """Make an empty cluster, whole or not at all."""
    unfinished = cluster.with_name("pg.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    done = subprocess.run(  # noqa: S603
        [
            str(binaries / "initdb"),
            f"--pgdata={unfinished}",
            f"--username={SUPERUSER}",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--auth=trust",  # Only the 0700 folder of the socket keeps others out.
            "--no-instructions",
            *(["--no-sync"] if mode == "test" else []),
        ],
        cwd="/",
        env={**os.environ, "LC_ALL": "C"},
        user=account.uid if account.is_other else None,
        group=account.gid if account.is_other else None,
        extra_groups=[] if account.is_other else None,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise EmbeddedError(f"数据库没有建成。原因：{(done.stderr or done.stdout).strip()[-800:]}")
    unfinished.rename(cluster)


def _prepare(
    server: subprocess.Popen[bytes], sockets: Path, log: Path, mode: Mode, patience: float = 60
) -> None:
    """Wait until the server answers, then make sure of roles and database."""
    deadline = time.monotonic() + patience
    while True:
        try:
            connection = psycopg.connect(
                host=str(sockets), user=SUPERUSER, dbname="postgres", autocommit=True
            )
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise EmbeddedError(f"数据库没有启动。原因见 {log}：\n{_tail(log)}") from None
            time.sleep(0.02)
        else:
            break
    with connection:
        _ensure_roles(connection, mode)


def _ensure_roles(connection: psycopg.Connection[tuple[object, ...]], mode: Mode) -> None:
    """Create what is missing; a first start cut short is completed by the next."""
    roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role in {OWNER, APP} - roles:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    if mode != "production":
        # Tests make their own databases, and clean up past the triggers; production's owner needs neither.
        connection.execute(f"ALTER ROLE {OWNER} CREATEDB")
        connection.execute(f"GRANT SET ON PARAMETER session_replication_role TO {OWNER}")
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
    if known.fetchone() is None:
        connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def _shared_memory() -> int:
    try:
        facts = os.statvfs("/dev/shm")  # noqa: S108
    except OSError:
        return 0
    return facts.f_bavail * facts.f_frsize


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-800:].strip()
