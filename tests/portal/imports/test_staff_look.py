"""The clerk's import screens in a real browser: the policy holds, nothing scrolls, axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from funds.models import Payment
from portal.imports import actions
from portal.imports.models import Upload, UploadState
from portal.releases.models import Release
from tests.builders import make_cast, make_release
from tests.portal.imports.uploads import identity, line, make_upload, processed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[[str, int], Page]


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    """Open an address as the clerk at a width; fail on anything the console complains about."""
    complaints: list[str] = []
    pages: list[Page] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            complaints.append(message.text)

    def visit(address: str, width: int) -> Page:
        client = Client()
        client.force_login(make_cast().clerk)
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("console", heard)
        page.goto(live_server.url + address)
        pages.append(page)
        return page

    yield visit
    for page in pages:
        page.context.close()
    assert not complaints


def _judge(page: Page, name: str) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} scrolls {wide}px sideways"
    found: dict[str, Any] = Axe().run(page).response
    assert not [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]], name


def _loaded(upload: Upload) -> Release:
    actions.confirm(upload.pk, by=upload.by, at=timezone.now())
    release = processed(upload).release
    assert release is not None
    return release


@pytest.fixture
def addresses() -> dict[str, str]:
    """Return every import screen in the states a clerk meets."""
    wrong = identity(7)[:-1] + ("0" if identity(7)[-1] != "0" else "1")
    rows = [
        line(1),
        line(2, 身份证号=wrong),
        line(3, 补贴金额="1、125.00"),
        line(4, 姓名="", 村代码="大浦村村"),
    ]
    refused = processed(make_upload(rows))
    ready = processed(make_upload([line(number) for number in range(20, 25)]))
    waiting = make_upload([line(30)])
    unreadable = processed(make_upload(b"%PDF-1.7"))
    draft = _loaded(processed(make_upload([line(40, 补贴金额="1.00"), line(41)], period="2025")))
    row = Payment.objects.filter(release=draft).first()
    public = make_release(period="2024")
    assert row is not None
    root = "/manage/imports/upload/"
    return {
        "list": root,
        "add": f"{root}add/",
        "templates": f"{root}templates/",
        "refused": f"{root}{refused.pk}/change/",
        "ready": f"{root}{ready.pk}/change/",
        "waiting": f"{root}{waiting.pk}/change/",
        "unreadable": f"{root}{unreadable.pk}/change/",
        "draft-add": f"{root}draft/add/",
        "rows": f"{root}draft/{draft.pk}/",
        "row": f"{root}draft/{draft.pk}/{row.pk}/",
        "row-add": f"{root}draft/{draft.pk}/add/",
        "table": f"{root}draft/{draft.pk}/table/",
        "correct": f"{root}published/{public.pk}/correct/",
        "draft": f"/manage/releases/release/{draft.pk}/change/",
        "warnings": f"/manage/findings/warning/{draft.pk}/",
        "public": f"/manage/releases/release/{public.pk}/change/",
    }


@pytest.mark.parametrize("width", [360, 1280])
def test_import_screens(open_page: Open, addresses: dict[str, str], width: int) -> None:
    for name, address in addresses.items():
        _judge(open_page(address, width), f"{name}-{width}")


def test_enter_in_a_cell_saves_what_was_typed_and_takes_no_suggestion(
    open_page: Open, addresses: dict[str, str]
) -> None:
    page = open_page(addresses["refused"], 1280)
    page.get_by_label("第 3 行身份证号").fill(identity(7))
    page.get_by_label("第 3 行身份证号").press("Enter")
    page.get_by_text("改过的格子已经记下").wait_for()
    upload = Upload.objects.get(repairs__gt=0)
    assert (upload.repairs, upload.state) == (1, UploadState.QUEUED)
    assert processed(upload).error_count == 3


def test_the_page_of_a_waiting_file_goes_on_by_itself(open_page: Open, addresses: dict[str, str]) -> None:
    page = open_page(addresses["waiting"], 360)
    processed(Upload.objects.get(state=UploadState.QUEUED))
    page.get_by_text("确认导入 1 行").wait_for(timeout=15_000)
