"""The database server as PostgreSQL's own programs see it: dump, load, and who else is there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from portal import env
from portal.backups.errors import BackupError
from portal.embedded.binaries import client_program

Connection = psycopg.Connection[TupleRow]
# Whoever was signed in then need not be so again.
_WITHOUT_ROWS = ("django_session",)
# The dump brings no such line as long as the schema belongs to this role of PostgreSQL's own.
_EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner;\n"


def roles() -> list[str]:
    """Return the names of the owner's and the application's role."""
    return [str(connections[alias].settings_dict["USER"]) for alias in ("owner", "default")]


def leave() -> None:
    """Close this process's own connections: they would count as somebody else's."""
    for connection in connections.all():
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()


@contextmanager
def signed_in() -> Iterator[Connection]:
    """Give a connection of the owner's, without the time limits of a page."""
    try:
        connection = psycopg.connect(make_conninfo(**_where(), connect_timeout="10"))
    except psycopg.OperationalError as error:
        raise BackupError(f"连不上数据库（DATABASE_OWNER_URL）：{error}") from error
    with connection:
        yield connection


def sessions(connection: Connection) -> int:
    """Return how many other sessions use this database."""
    found = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND usesysid IS NOT NULL AND pid <> pg_backend_pid()"
    ).fetchone()
    return int(found[0]) if found else 0


def tables(connection: Connection) -> list[str]:
    """Return the tables of the application, sorted."""
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " ORDER BY relname"
    )
    return [name for (name,) in found]


def count(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has; those that the dump leaves empty count none."""
    counted = {}
    for name in tables(connection):
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
        found = connection.execute(query).fetchone() if name not in _WITHOUT_ROWS else None
        counted[name] = int(found[0]) if found else 0
    return counted


def dump(path: Path, snapshot: str) -> None:
    """Write everything of one snapshot, compressed, to a file.

    Raises:
        BackupError: pg_dump failed; the text holds its words.
    """
    command = [client_program("pg_dump"), "--format=custom", "--compress=gzip:1", "--no-owner"]
    command += [f"--snapshot={snapshot}", f"--file={path}"]
    command += [f"--exclude-table-data=public.{name}" for name in _WITHOUT_ROWS]
    done = subprocess.run(  # noqa: S603 # our own program and words
        command, env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        raise BackupError(f"数据库没有导出来：{_last_words(done.stderr)}")


def load(path: Path, expected: dict[str, int]) -> None:
    """Put a dump in the place of everything there is, in one transaction: wholly or not at all.

    Triggers come after the rows, so frozen tables are filled like any other. `expected` are the rows of
    each table; a table that has others undoes it all.

    Raises:
        BackupError: it did not load; the database is as it was before.
    """
    reading = [client_program("pg_restore"), "--no-owner", "--file=-", str(path)]
    writing = [client_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    told = {"stderr": subprocess.PIPE, "env": _environment()}
    with (
        subprocess.Popen(reading, stdout=subprocess.PIPE, **told) as source,  # type: ignore[call-overload] # noqa: S603
        subprocess.Popen(writing, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, **told) as target,  # type: ignore[call-overload] # noqa: S603
    ):
        complaints = b""
        try:
            target.stdin.write(f"BEGIN;\n{_EMPTY}".encode())
            _pour(source.stdout, target.stdin)
            complaints = source.stderr.read()
            # Without this last word psql ends without a COMMIT, and everything is as it was.
            if source.wait() == 0:
                target.stdin.write(_counted(expected).encode() + b"COMMIT;\n")
            target.stdin.close()
        except BrokenPipeError:
            source.kill()
        complaints += target.stderr.read()
        if target.wait() or source.wait():
            raise BackupError(f"数据没有装进去，数据库还是原来的样子：{_last_words(complaints)}")


def _pour(source: IO[bytes], target: IO[bytes]) -> None:
    while chunk := source.read(1 << 18):
        target.write(chunk)


def _counted(expected: dict[str, int]) -> str:
    checks = [
        f"IF (SELECT count(*) FROM {_quoted(name)}) <> {rows:d} THEN"  # noqa: S608 # names of our own tables
        f" RAISE EXCEPTION 'table % has other rows than the backup says', '{name}'; END IF;"
        for name, rows in expected.items()
    ]
    return "SET search_path = public;\nDO $check$ BEGIN\n" + "\n".join(checks) + "\nEND $check$;\n"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _last_words(said: bytes) -> str:
    return said.decode(errors="replace").strip()[-600:] or "没有说原因。"


def _where() -> dict[str, str]:
    """Return how the owner signs in, as libpq takes it; what is not set is left out."""
    told = connections["owner"].settings_dict
    known = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return {name: str(told[key]) for name, key in known.items() if told.get(key)}


def _environment() -> dict[str, str]:
    """Return the environment of a client program: a password never stands on a command line."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER"}
    names |= {"password": "PGPASSWORD", "dbname": "PGDATABASE"}
    own = {names[name]: value for name, value in _where().items()}
    return {
        "PATH": env.text("PATH", default="/usr/bin:/bin"),
        "LC_ALL": "C.UTF-8",
        # A schema that goes names each of its tables in a notice: nobody would read them from the pipe.
        "PGOPTIONS": "-c statement_timeout=0 -c client_min_messages=warning",
        "PGCONNECT_TIMEOUT": "10",
        **own,
    }
