"""The staff's pages in a real browser: the policy holds, nothing scrolls sideways, axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from funds.models import Payment
from portal.people.models import User
from portal.releases import actions
from portal.releases.models import Release, State
from tests.builders import NOW, Line, make_correction, make_lines, make_release
from tests.county import make_cast, make_places

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """Open an address as a person at a width; fail on anything the console complains about."""
    complaints: list[str] = []
    pages: list[Page] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            complaints.append(message.text)

    def open_page(user: User | None, address: str, width: int) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
        if user is not None:
            client = Client()
            client.force_login(user)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("console", heard)
        page.goto(live_server.url + address)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.context.close()
    assert not complaints


def judge(page: Page, name: str) -> None:
    """Fail on sideways scrolling and on what axe finds."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} scrolls {wide}px sideways"
    found: dict[str, Any] = Axe().run(page).response
    assert not [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]], name


@pytest.fixture
def releases() -> dict[str, Release]:
    places, cast = make_places(), make_cast()
    make_release(period="2025", lines=[*make_lines(3), Line(region=places.sangu, amount=Decimal("88.00"))])
    public = make_release(period="2024", lines=make_lines(2))
    row = Payment.objects.filter(release=public).first()
    assert row is not None
    correction = make_correction(public, {row.pk: Line(amount=Decimal("900.00"))}, state=State.IN_REVIEW)
    review = make_release(
        state=State.IN_REVIEW,
        lines=[*make_lines(25), Line(region=places.qianbai, amount=Decimal("1395.00"))],
        expected_amount=Decimal("36000.00"),
        difference_reason="两户退票，下月重发",
    )
    returned = make_release(state=State.IN_REVIEW, period="2023", batch=2)
    actions.return_to_clerk(
        returned.pk, by=cast.township_reviewer, at=NOW, reason="第 2 行面积不对，请附面积确认表"
    )
    return {"public": public, "correction": correction, "review": review, "returned": returned}


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_clerks_and_reviewers(visit: Visit, releases: dict[str, Release], width: int) -> None:
    cast = make_cast()
    page = "/manage/releases/release/{}/change/"
    walk = [
        (cast.clerk, "/manage/", "today-clerk"),
        (cast.clerk, page.format(releases["returned"].pk), "returned"),
        (cast.township_reviewer, "/manage/", "today-reviewer"),
        (cast.township_reviewer, "/manage/releases/release/", "work-list"),
        (cast.township_reviewer, page.format(releases["review"].pk), "review"),
        (cast.township_reviewer, page.format(releases["correction"].pk), "correction"),
        (cast.township_reviewer, f"/manage/releases/release/{releases['review'].pk}/rows/", "rows"),
        (cast.county_reviewer, page.format(releases["public"].pk), "public"),
        (cast.clerk, "/manage/releases/release/11111111-1111-1111-1111-111111111111/change/", "missing"),
    ]
    for user, address, name in walk:
        judge(visit(user, address, width), f"{name}-{width}")


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_administrators(visit: Visit, width: int) -> None:
    cast = make_cast()
    body = cast.clerk.appointments.get().body
    walk = [
        (None, "/manage/login/", "login"),
        (cast.administrator, "/manage/", "today-admin"),
        (cast.administrator, "/manage/people/user/", "users"),
        (cast.administrator, "/manage/people/user/add/", "user-add"),
        (cast.administrator, f"/manage/people/user/{cast.clerk.pk}/change/", "user"),
        (cast.administrator, f"/manage/people/user/{cast.clerk.pk}/password/", "user-password"),
        (cast.administrator, f"/manage/people/user/{cast.clerk.pk}/history/", "user-history"),
        (cast.administrator, "/manage/people/appointment/", "appointments"),
        (cast.administrator, "/manage/places/body/?q=彬江", "bodies"),
        (cast.administrator, f"/manage/places/body/{body.pk}/change/", "body"),
        (cast.administrator, "/manage/places/region/", "regions"),
        (cast.administrator, "/manage/catalogue/catalogueitem/", "catalogue"),
        (cast.administrator, "/manage/catalogue/catalogueitem/add/", "item"),
        (cast.administrator, "/manage/password_change/", "own-password"),
    ]
    for user, address, name in walk:
        judge(visit(user, address, width), f"{name}-{width}")


def test_a_reviewer_returns_a_release_from_the_keyboard(visit: Visit, releases: dict[str, Release]) -> None:
    release = releases["review"]
    page = visit(make_cast().township_reviewer, f"/manage/releases/release/{release.pk}/change/", 1280)
    page.get_by_label("退回要写清哪一行、怎么改").focus()
    page.keyboard.type("第 26 行面积多一倍")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("已经退回给李春花").wait_for()
    release.refresh_from_db()
    assert release.state == State.DRAFT
