"""Every test of pages has a folder of pages of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def pages_dir(settings: Settings, tmp_path: Path) -> Path:
    """Return an empty folder that the store writes to."""
    settings.PAGES_DIR = tmp_path / "pages"
    return tmp_path / "pages"
