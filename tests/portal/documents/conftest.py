"""Folders of their own for every test of documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> Path:
    """Keep pictures, originals and waiting files of one test away from every other."""
    for name in ("DOCUMENTS_DIR", "ORIGINALS_DIR", "INCOMING_DIR"):
        setattr(settings, name, tmp_path / name.lower())
    return tmp_path
