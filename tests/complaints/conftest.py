"""Every test of complaints has its own key list and its own folder of reports."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django.fixtures import Settings

if TYPE_CHECKING:
    from tests.complaints.cases import Officers


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, settings: Settings) -> None:
    """Copy the keys, so that a test's list of officers is its own."""
    folder = tmp_path / "keys"
    shutil.copytree(settings.KEYS_DIR, folder)
    settings.KEYS_DIR = folder
    settings.REPORTS_DIR = tmp_path / "reports"


@pytest.fixture
def staff(db: None) -> Officers:
    """Return both commissions with their officers."""
    from tests.complaints.cases import make_officers

    return make_officers()
