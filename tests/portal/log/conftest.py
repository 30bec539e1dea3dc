"""A log with a key of its own for each test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # Models need settings, which are not there yet.
    from pytest_django import Settings

    from tests.portal.log.keeping import Keeper

ORIGIN = "ma.example.cn/log"


@pytest.fixture
def keeper(db: None, settings: Settings, tmp_path: Path) -> Keeper:
    """Return whoever signs this test's log."""
    from portal.log import keyfile
    from tests.portal.log.keeping import Keeper

    settings.LOG_KEY = tmp_path / "keys" / "log.key"
    keyfile.make_missing(settings.LOG_KEY, ORIGIN)
    return Keeper(settings.LOG_KEY)
