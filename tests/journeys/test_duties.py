"""A clerk's morning: what is overdue stands first, one key opens the form that knows what it is for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.people.models import User
from tests.builders import make_cast, make_item, make_places
from tests.journeys.looking import forbidden, jumping_headings, sideways, violations
from tests.portal.duties.owed import make_duty

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
PASSWORD = "shiyan-2026-mima"


@pytest.fixture(scope="module")
def office(site: str) -> None:
    """A township that owes one list since twelve days, and one in twenty days."""
    make_cast()
    today, item = timezone.localdate(), make_item("MS-P09", period="monthly", name="公益性岗位补贴")
    make_duty(make_places().binjiang, today - timedelta(days=12), item=item)
    make_duty(make_places().binjiang, today + timedelta(days=20), item=make_item("MS-P10", period="monthly"))
    for user in User.objects.filter(username__in=["li", "qian", "sun"]):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])


def signed_in(open_page: OpenPage, username: str) -> Page:
    page = open_page(script=True, width=1280, height=900)
    page.goto("/manage/")
    page.locator("#id_username").fill(username)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("[type=submit]").first.click()
    expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()
    return page


def judged(page: Page) -> None:
    """Fail on what is inaccessible, too wide or forbidden, on a phone and on a desk."""
    assert forbidden(page) == []
    assert jumping_headings(page) == []
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], width
        # The menu of the staff's site moves inside its own frame; the page does not.
        assert [one for one in sideways(page) if one.endswith("px")] == [], width


def test_from_the_overdue_duty_to_the_form_filled_in(open_page: OpenPage, office: None) -> None:
    clerk = signed_in(open_page, "li")
    first = clerk.locator("table.tbl tbody tr").first
    expect(first).to_contain_text("过了 12 天")
    expect(first).to_contain_text("公益性岗位补贴")
    judged(clerk)
    first.get_by_role("link", name="导入").click()
    expect(clerk.get_by_label("公开事项")).to_have_value(str(make_item("MS-P09").pk))
    expect(clerk.get_by_label("哪个单位公开").locator("option:checked")).to_have_text("彬江镇人民政府")
    expect(clerk.get_by_label("所属期")).to_have_value("2026-09")
    judged(clerk)


def test_declaring_nothing_shows_as_a_draft(open_page: OpenPage, office: None) -> None:
    clerk = signed_in(open_page, "li")
    clerk.locator("table.tbl tbody tr").last.get_by_role("link", name="本期没有").click()
    expect(clerk.get_by_label("本期无发生")).to_be_checked()
    clerk.get_by_role("button", name="开始录入").click()
    clerk.goto("/manage/")
    last = clerk.locator("table.tbl tbody tr").last
    expect(last).to_contain_text("草稿中")
    last.get_by_role("link", name="接着做").click()
    expect(clerk.get_by_role("button", name="提交审核")).to_be_visible()


def test_the_other_pages_of_duties(open_page: OpenPage, office: None) -> None:
    reviewer = signed_in(open_page, "qian")
    expect(reviewer.get_by_role("heading", name="下面该公开的")).to_be_visible()
    judged(reviewer)
    reviewer.get_by_role("link", name="过期").click()
    expect(reviewer.get_by_role("heading", name="全部待办")).to_be_visible()
    judged(reviewer)
    reviewer.locator("#result_list").get_by_role("link", name="公益性岗位补贴").click()
    expect(reviewer.get_by_text("过了 12 天")).to_be_visible()
    judged(reviewer)
    ruler = signed_in(open_page, "sun")
    for address in ("participation/", "participation/add/", "assignment/", "assignment/add/"):
        ruler.goto(f"/manage/duties/{address}")
        judged(ruler)
