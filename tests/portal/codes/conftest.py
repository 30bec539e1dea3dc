"""Places around one village, its code, and an empty folder for scans.

Models are imported inside the fixtures: this file is read before Django is set up.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

if TYPE_CHECKING:
    from portal.codes.models import Code
    from portal.places.models import Region


@pytest.fixture
def county(db: None) -> Region:
    from tests.portal.codes.places import make_region

    city = make_region("360900000000", "宜春市", "city")
    return make_region("360902000000", "袁州区", "county", city)


@pytest.fixture
def township(county: Region) -> Region:
    from tests.portal.codes.places import make_region

    return make_region("360902105000", "彬江镇", "township", county)


@pytest.fixture
def village(township: Region) -> Region:
    from tests.portal.codes.places import make_region

    return make_region("360902105201", "大浦村", "village", township)


@pytest.fixture
def other_village(township: Region) -> Region:
    from tests.portal.codes.places import make_region

    return make_region("360902105202", "上坊村", "village", township)


@pytest.fixture
def code(village: Region) -> Code:
    from portal.codes.actions import code_for_region

    return code_for_region(village)


@pytest.fixture
def scans_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.SCANS_DIR = tmp_path / "scans"
    return tmp_path / "scans"


@pytest.fixture
def pages_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.PAGES_DIR = tmp_path / "pages"  # Else one test would be answered with another's page.
    return tmp_path / "pages"
