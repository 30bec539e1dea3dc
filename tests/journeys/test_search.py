"""A villager looks for what a village's money was spent on: without script, on a small phone, by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.builders import make_lines, make_programme, make_release
from tests.journeys.looking import focused, has_visible_focus, jumping_headings, sideways, violations
from tests.villages.books import income, line, publish_books

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
DAPU, BINJIANG = "360902100204", "360902100000"
PAGES = [
    "/search?q=打印",
    f"/search?q=打印&region={BINJIANG}",
    f"/search?q=打印&region={DAPU}",
    f"/search?q=王&region={DAPU}",
    f"/search?q=1480&region={DAPU}&kind=ledger",
    f"/search?q=没有的事&region={DAPU}",
    f"/search?q=&region={DAPU}",
]


@pytest.fixture(scope="module", autouse=True)
def books(site: str) -> None:
    long = "修建从上屋场老祠堂到水库大塘边的机耕道并清理沿线排水沟渠的人工材料费用"
    many = [
        line(摘要=f"办公打印纸墨{number}", 金额="1234567.89", 凭证号=f"记-{number}") for number in range(30)
    ]
    publish_books(line(), line(摘要=long, 凭证号="记-900"), income(), *many)
    make_programme()
    make_release(lines=make_lines(20))


def test_from_the_village_to_the_line_without_script(open_page: OpenPage) -> None:
    page = open_page(script=False)
    page.goto(f"/r/{DAPU}/")
    page.get_by_label("找人名、事情、金额").fill("1,480元")
    page.get_by_role("button", name="查").click()

    page.locator("main").get_by_role("link", name="办公打印纸墨").click()
    expect(page.get_by_text("1,480.00").first).to_be_visible()


def test_asked_in_the_whole_city_it_leads_to_the_village(open_page: OpenPage) -> None:
    page = open_page(script=False)
    page.goto("/search?q=打印")
    expect(page.get_by_text("要先选村")).to_be_visible()
    for place in ("袁州区", "彬江镇", "大浦村"):
        page.get_by_role("navigation", name="哪里").get_by_role("link", name=place).click()

    page.get_by_role("link", name="看全部账本里的事").click()
    expect(page.locator("main ul.rows > li")).to_have_count(20)
    page.get_by_role("link", name="看下面 20 笔").click()
    expect(page.locator("main ul.rows > li")).to_have_count(11)


def test_nothing_scrolls_sideways_and_axe_is_content(open_page: OpenPage) -> None:
    page = open_page(width=320, height=640)
    found = {}
    for path in PAGES:
        page.goto(path)
        found[path] = [*sideways(page), *violations(page), *jumping_headings(page)]

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_keyboard_reaches_box_lines_and_facets(open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"/search?q=打印&region={BINJIANG}")
    seen, hidden = list[str](), list[str]()
    page.keyboard.press("Tab")
    while (words := focused(page)) and len(seen) < 60:
        seen.append(words)
        if not has_visible_focus(page):
            hidden.append(words)
        page.keyboard.press("Tab")

    assert hidden == []
    assert any("办公打印纸墨" in words for words in seen)
    assert any("大浦村" in words for words in seen)
