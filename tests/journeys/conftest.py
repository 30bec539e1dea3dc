"""One server for all walks; the walks of a module share what they find there.

Models are imported inside the fixtures: this file is read before Django is set up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django import DjangoDbBlocker

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[str]:
    """Return the address of the whole site."""
    from tests.journeys.site import serving

    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def site(
    browser: Browser,
    server: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Return the address of the site over a database and folders that are empty when a module begins."""
    from tests.journeys.site import clean

    with django_db_blocker.unblock(), clean(tmp_path_factory.mktemp("site")):
        yield server


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a fresh phone (`script=False`: without JavaScript).

    The test fails where a page breaks the policy.
    """
    opened, complaints = [], []

    def open_(*, script: bool = True, width: int = 360, height: int = 780, **more: Any) -> Page:
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": height},
            java_script_enabled=script,
            locale="zh-CN",
            **more,
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        opened.append(context)
        return page

    yield open_
    for context in opened:
        context.close()
    assert [said for said in complaints if "Content Security Policy" in said] == []
