"""The pages of documents in a real browser: nothing scrolls sideways, axe finds nothing, boxes are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from portal.documents.models import Document
from portal.people.models import User
from portal.releases.models import Attachment, Release, Seen, State
from tests.builders import make_cast, walk
from tests.villages.books import draft_books, folder_of, line, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[[str, User], Page]


@pytest.fixture(autouse=True)
def stores(settings: Settings, tmp_path: Path) -> None:
    for name in ("DOCUMENTS_DIR", "ORIGINALS_DIR", "INCOMING_DIR", "PAGES_DIR"):
        setattr(settings, name, tmp_path / name.lower())


@pytest.fixture
def draft(tmp_path: Path) -> Release:
    files = folder_of(tmp_path, **{"甲.jpg": picture("甲"), "乙.jpg": picture("乙")})
    rows = line(附件="甲.jpg;乙.jpg;很长很长的文件名字在这里写着.jpg"), line(凭证号="记-002")
    (release,) = draft_books(*rows, files=files, opening=Decimal(10000))
    return release


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    """Open an address as somebody on a phone; fail on anything the console complains about."""
    complaints: list[str] = []
    pages: list[Page] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            complaints.append(message.text)

    def visit(address: str, user: User) -> Page:
        client = Client()
        client.force_login(user)
        context = browser.new_context(viewport={"width": 360, "height": 800}, locale="zh-CN")
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


def judge(page: Page, name: str) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} scrolls {wide}px sideways"
    found: dict[str, Any] = Axe().run(page).response
    assert not [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]], name


def test_pages_of_documents(open_page: Open, draft: Release) -> None:
    one = Attachment.objects.in_order().first()
    assert one is not None
    root = f"/manage/imports/upload/draft/{draft.pk}"
    pages = {
        "rows": f"{root}/",
        "row": f"{root}/{one.row_id}/",
        "documents": f"{root}/{one.row_id}/documents/",
        "cover": f"{root}/{one.row_id}/documents/{one.pk}/cover/",
        "match": f"{root}/documents/",
        "look": f"/manage/releases/release/{draft.pk}/documents/{one.pk}/",
        "release": f"/manage/releases/release/{draft.pk}/change/",
        "import": "/manage/imports/upload/add/",
    }
    for name, address in pages.items():
        judge(open_page(address, make_cast().clerk), name)


def test_a_box_that_is_drawn_is_burned_in(open_page: Open, draft: Release) -> None:
    one = Attachment.objects.in_order().first()
    assert one is not None
    address = f"/manage/imports/upload/draft/{draft.pk}/{one.row_id}/documents/{one.pk}/cover/"
    page = open_page(address, make_cast().clerk)
    frame = page.locator("#cover")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 90, steps=4)
    page.mouse.up()
    assert page.locator("#cover rect").count() == 1
    page.get_by_role("button", name="涂黑，存下").click()
    page.get_by_text("涂黑了 1 处").wait_for()
    assert Document.objects.filter(redacts=one.document_id).exists()


def test_arrows_turn_to_the_next_document(open_page: Open, draft: Release) -> None:
    walk(draft, State.IN_REVIEW)
    first = Attachment.objects.in_order().first()
    assert first is not None
    address = f"/manage/releases/release/{draft.pk}/documents/{first.pk}/"
    page = open_page(address, make_cast().township_reviewer)
    page.keyboard.press("ArrowRight")
    page.get_by_text("第 2 份，共 2 份").wait_for()
    assert Seen.objects.count() == 2
