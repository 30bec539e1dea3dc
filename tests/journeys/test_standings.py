"""A county on one sheet of paper, however many places it ranks."""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Page

from portal.places.actions import found_principal_bodies
from portal.places.models import Level, Region
from tests.builders import make_places
from tests.portal.overview.owing import owe

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
TOWNS = 36


@pytest.fixture(scope="module", autouse=True)
def county(site: str) -> Region:
    """Return a county of many townships, all with something owed, month by month."""

    county = make_places().county
    for number in range(TOWNS):
        name = f"第{number + 1}乡镇"
        Region.objects.create(
            code=f"360902{number + 300}000",
            name=name,
            short_name=name,
            stem=name,
            level=Level.TOWNSHIP,
            parent=county,
        )
    found_principal_bodies()
    towns = Region.objects.filter(parent=county)
    for place, town in enumerate(towns):
        for month in range(12):
            owe(
                town,
                month * 30 + 5,
                met=None if (place + month) % 5 == 0 else month * 30 + 6,
                number=month + 1,
            )
    return county


def test_a_county_fits_on_one_sheet(open_page: OpenPage, county: Region) -> None:
    page = open_page(width=1280)
    page.goto(f"/duties/county/?region={county.code}")
    pdf = pdfium.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert len(pdf) == 1
    told = pdf[0].get_textpage().get_text_bounded()
    assert "第36乡镇" in told
    assert "打印件" in told


@pytest.mark.parametrize("path", ["/duties/", "/duties/county/"])
def test_nothing_runs_sideways_on_a_small_phone(open_page: OpenPage, county: Region, path: str) -> None:
    page = open_page(width=320)
    page.goto(f"{path}?region={county.code}")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
