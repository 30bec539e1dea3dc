"""An installation with a signed log, and a second, empty machine to restore on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # Models need settings, which are not there yet.
    from collections.abc import Iterator

    from pytest_django import Settings

    from tests.portal.backups.machines import Machine
    from tests.portal.log.keeping import Keeper


@pytest.fixture
def keeper(transactional_db: None, settings: Settings, tmp_path: Path) -> Keeper:
    """Return whoever signs the log of this installation, whose folders are its own."""
    from portal.log import keyfile
    from tests.portal.backups.machines import use_folders
    from tests.portal.log.keeping import Keeper

    use_folders(settings, tmp_path / "first")
    settings.LOG_KEY = tmp_path / "keys" / "log.key"
    settings.BACKUP_DIR = ""
    keyfile.make_missing(settings.LOG_KEY, "ma.example.cn/log")
    return Keeper(settings.LOG_KEY)


@pytest.fixture
def second(keeper: Keeper, settings: Settings, tmp_path: Path) -> Iterator[Machine]:
    """Return an empty machine with the same keys: a database and folders of its own."""
    from tests.portal.backups.machines import Machine

    machine = Machine(settings, tmp_path / "second")
    machine.make()
    yield machine
    machine.destroy()
