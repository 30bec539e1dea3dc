"""A second machine: another database on the test's server, and folders of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import connections
from pytest_django import Settings

_FOLDERS = {
    "DATA_DIR": "",
    "DOCUMENTS_DIR": "documents",
    "ORIGINALS_DIR": "originals",
    "INCOMING_DIR": "incoming",
    "REPORTS_DIR": "reports",
    "STAGING_DIR": "staging",
    "PAGES_DIR": "pages",
}


def use_folders(settings: Settings, root: Path) -> None:
    """Let an installation keep its files below a folder."""
    for name, part in _FOLDERS.items():
        (root / part).mkdir(parents=True, exist_ok=True)
        setattr(settings, name, root / part)


class Machine:
    """Another machine with the same keys; it has its own memory of what was signed only if given one."""

    def __init__(self, settings: Settings, root: Path) -> None:
        """Name it; `make` makes it."""
        self._settings, self._root = settings, root
        self._first = connections["owner"].settings_dict["NAME"]
        self._name = f"{self._first}_second"

    def make(self) -> None:
        """Make its empty database."""
        self.destroy()
        self._as_owner(f'CREATE DATABASE "{self._name}"')

    def destroy(self) -> None:
        """Drop its database."""
        self._as_owner(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')

    @contextmanager
    def used(self) -> Iterator[None]:
        """Work on this machine for the length of the block."""
        before = {name: getattr(self._settings, name) for name in _FOLDERS}
        use_folders(self._settings, self._root)
        _use(self._name)
        try:
            yield
        finally:
            _use(self._first)
            for name, value in before.items():
                setattr(self._settings, name, value)

    def visitor(self) -> psycopg.Connection[tuple[object, ...]]:
        """Return a connection as a running website would hold it."""
        told = connections["default"].settings_dict
        return psycopg.connect(host=told["HOST"], user=told["USER"], dbname=self._name)

    def _as_owner(self, statement: str) -> None:
        told = connections["owner"].settings_dict
        with psycopg.connect(
            host=told["HOST"], user=told["USER"], dbname="postgres", autocommit=True
        ) as session:
            session.execute(statement.encode())


def _use(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
