"""The bundled PostgreSQL: one cluster, one unix socket in a private folder, no network."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from portal.embedded.account import Account
from portal.embedded.binaries import postgres_binaries
from portal.embedded.children import spawn, stop
from portal.embedded.errors import EmbeddedError
from portal.embedded.folders import Place

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
    # A server process killed while its statement waits must not keep its locks until the wait is over.
    "client_connection_check_interval": "1s",
    # A failing COPY prints its row, and a row is somebody's payment: the log names neither row nor statement.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
}
# Tests keep nothing.
_CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
_SMALL_SHARED_MEMORY = 256 << 20
_LOG_LIMIT = 5 << 20


class Postgres:
    """The database server of one data folder."""

    name = "数据库"

    def __init__(self, place: Place, mode: Mode) -> None:
        """Describe the server; nothing is started."""
        self._place = place
        self._mode = mode
        self._log = place.logs / "postgres.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers; make cluster, roles and database at the first start.

        Raises:
            EmbeddedError: it does not start; the text holds the end of its log.
        """
        binaries = postgres_binaries(self._place.home, self._place.account)
        cluster = self._place.home / "pg"
        if not cluster.exists():
            _create_cluster(binaries, cluster, self._place.account, self._mode)
        if self._log.exists() and self._log.stat().st_size > _LOG_LIMIT:
            self._log.unlink()
        with self._log.open("ab") as output:
            # SIGINT is PostgreSQL's fast stop; SIGTERM would wait for every client to leave.
            self._process = spawn(
                [str(binaries / "postgres"), "-D", str(cluster), *self._options()],
                log=output,
                stop_signal=signal.SIGINT,
                account=self._place.account,
                keep_open=[self._place.lock_fd],
            )
        with self._first_connection() as connection:
            _ensure_roles(connection, self._mode)

    def is_alive(self) -> bool:
        """Say whether the server's process still runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Stop fast: clients are sent away, everything committed is on disk."""
        if self._process is not None:
            stop(self._process, signal.SIGINT, patience=30)

    def _options(self) -> list[str]:
        settings = {**_SETTINGS, "unix_socket_directories": str(self._place.sockets)}
        if self._mode == "test":
            settings |= _CARELESS
        if _shared_memory() < _SMALL_SHARED_MEMORY:  # A container: parallel queries would fail.
            settings["dynamic_shared_memory_type"] = "mmap"
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _first_connection(self, patience: float = 60) -> psycopg.Connection[TupleRow]:
        deadline = time.monotonic() + patience
        while True:
            try:
                return psycopg.connect(
                    host=str(self._place.sockets), user=SUPERUSER, dbname="postgres", autocommit=True
                )
            except psycopg.OperationalError:
                if not self.is_alive() or time.monotonic() > deadline:
                    end = self._log.read_text(encoding="utf-8", errors="replace")[-800:].strip()
                    raise EmbeddedError(f"数据库没有启动。原因见 {self._log}：\n{end}") from None
                time.sleep(0.02)


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
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
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


def _ensure_roles(connection: psycopg.Connection[TupleRow], mode: Mode) -> None:
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
