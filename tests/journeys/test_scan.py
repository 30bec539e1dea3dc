"""A villager scans the poster: from the village to one line, one's own money, and the standard behind it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.looking import (
    focused,
    forbidden,
    has_visible_focus,
    jumping_headings,
    sideways,
    violations,
)
from tests.journeys.story import Story, make_story

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def story(site: str) -> Story:
    return make_story()


def public_pages(story: Story) -> list[str]:
    village = f"/r/{story.places.dapu.code}/"
    subsidies = f"{village}subsidies/"
    return [
        "/",
        f"/r/{story.places.city.code}/",
        f"/r/{story.places.city.code}/subsidies/",
        f"/r/{story.places.county.code}/",
        f"/r/{story.places.county.code}/subsidies/?programme=GD-2026&period=2026",
        f"/r/{story.places.binjiang.code}/",
        f"/r/{story.places.binjiang.code}/subsidies/",
        village,
        f"/c/{story.slug}",
        subsidies,
        f"{subsidies}?programme=GD-2026&period=2026",
        f"{subsidies}?programme=GY-2026&period=2026",
        f"{subsidies}?programme=LY-2026&period=2025&stage=notice",
        f"{subsidies}?programme=GD-2026&period=xx",
        f"{subsidies}same/{story.row.pk}/",
        f"{subsidies}mine/",
        f"{village}ledger/",
        story.row.get_absolute_url(),
        story.old_row.get_absolute_url(),
        story.new_row.get_absolute_url(),
        story.withdrawn_row.get_absolute_url(),
        "/search?q=大浦",
        "/search?q=耕地",
        f"/search?q=李&region={story.places.dapu.code}",
        "/search?q=查不到的字",
        "/standards/",
        "/about/",
        "/report/",
        f"/report/?region={story.places.dapu.code}",
        "/nothing/here",
    ]


def test_from_the_poster_to_the_standard_without_script(open_page: OpenPage, story: Story) -> None:
    page = open_page(script=False)
    page.goto(f"/C/{story.slug}")
    expect(page.locator("h1")).to_have_text("大浦村")
    assert page.url.endswith(f"/C/{story.slug}")  # no second round trip

    page.get_by_role("link", name="查补贴").first.click()
    page.locator("main").get_by_role("link", name="耕地地力保护补贴").click()
    expect(page.locator("h1")).to_have_text("耕地地力保护补贴")
    expect(page.locator("main ul.rows > li")).to_have_count(20)
    page.get_by_role("link", name="看下面 20 笔").click()
    page.get_by_role("link", name="王二妹").click()
    expect(page.get_by_text("571.50 元").first).to_be_visible()
    expect(page.get_by_text("彬江镇人民政府").first).to_be_visible()

    page.get_by_role("link", name="看发够了没有").click()
    expect(page.get_by_text("有 1 笔少了 126 元")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="耕地补贴").click()
    assert "/standards/" in page.url
    expect(page.locator("main").get_by_text("112.5").first).to_be_visible()


def test_name_and_four_digits_show_masked_payments_too(open_page: OpenPage, story: Story) -> None:
    page = open_page(script=False)
    page.goto(f"/r/{story.places.dapu.code}/")
    page.get_by_role("link", name="查我的", exact=True).click()
    page.get_by_label("姓名").fill("王二妹")
    page.get_by_label("银行卡后 4 位").fill("1234")
    page.locator("#mine").get_by_role("button", name="查").click()

    expect(page.get_by_text("高龄津贴").first).to_be_visible()
    expect(page.get_by_text("耕地地力保护补贴").first).to_be_visible()
    assert "1234" not in page.url
    assert "王" not in page.url
    assert page.context.cookies() == []


def test_wrong_digits_lose_nothing_that_was_typed(open_page: OpenPage, story: Story) -> None:
    page = open_page(script=False)
    page.goto(f"/r/{story.places.dapu.code}/subsidies/mine/")
    page.get_by_label("姓名").fill("王二妹")
    page.get_by_label("银行卡后 4 位").fill("12")
    page.get_by_role("button", name="查").last.click()

    expect(page.get_by_label("姓名")).to_have_value("王二妹")
    expect(page.get_by_label("银行卡后 4 位")).to_have_attribute("aria-invalid", "true")
    assert page.title().startswith("有 1 处要改")


def test_a_corrected_line_shows_before_and_after(open_page: OpenPage, story: Story) -> None:
    page = open_page(script=False)
    page.goto(story.old_row.get_absolute_url())

    table = page.get_by_role("table", name="改前改后")
    expect(table.locator(".was").filter(has_text="450.00 元")).to_be_visible()
    expect(table.locator(".now").filter(has_text="337.50 元")).to_be_visible()
    page.get_by_role("link", name="看现在的").click()
    assert page.url.endswith(f"{story.new_row.pk}/")


def test_no_page_scrolls_sideways_at_320_px_in_either_size(open_page: OpenPage, story: Story) -> None:
    page = open_page(width=320, height=640)
    found = {}
    for path in public_pages(story):
        page.goto(path)
        found[path] = sideways(page)
    page.goto("/big?next=/about/")
    for path in public_pages(story):
        page.goto(path)
        found[f"big {path}"] = sideways(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_every_public_page_passes_axe_and_the_policy(open_page: OpenPage, story: Story) -> None:
    page = open_page()
    found = {}
    for path in public_pages(story):
        page.goto(path)
        found[path] = [*violations(page), *forbidden(page), *jumping_headings(page)]

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_keyboard_reaches_everything_and_shows_where_it_is(open_page: OpenPage, story: Story) -> None:
    page = open_page()
    page.goto(f"/r/{story.places.dapu.code}/subsidies/?programme=GD-2026&period=2026")
    page.keyboard.press("Tab")
    assert focused(page) == "跳到正文"
    assert has_visible_focus(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert "李大根" in focused(page)

    hidden, seen = [], list[str]()
    while (words := focused(page)) and len(seen) < 60:
        seen.append(words)
        if not has_visible_focus(page):
            hidden.append(words)
        page.keyboard.press("Tab")

    assert hidden == []
    assert "看下面 20 笔" in seen


def test_a_line_opens_by_the_keyboard_alone(open_page: OpenPage, story: Story) -> None:
    page = open_page(script=False)
    page.goto(f"/r/{story.places.dapu.code}/")
    page.get_by_role("link", name="查补贴").first.press("Enter")
    page.locator("main").get_by_role("link", name="耕地地力保护补贴").press("Enter")
    page.get_by_role("link", name="李大根").press("Enter")

    expect(page.locator(".huge")).to_contain_text("112.50")


def test_big_type_is_one_press_and_stays(open_page: OpenPage, story: Story) -> None:
    page = open_page(script=False)
    page.goto(f"/r/{story.places.dapu.code}/")
    page.get_by_role("link", name="字再大").click()

    assert page.url.endswith(f"/r/{story.places.dapu.code}/")
    expect(page.locator("html")).to_have_class("big")
    page.get_by_role("link", name="查补贴").first.click()
    expect(page.locator("html")).to_have_class("big")
    page.get_by_role("link", name="字变小").click()
    expect(page.locator("html")).not_to_have_class("big")


def test_paper_shows_the_list_and_none_of_the_bars(open_page: OpenPage, story: Story) -> None:
    page = open_page()
    page.goto(f"/r/{story.places.dapu.code}/subsidies/?programme=GD-2026&period=2026")
    page.emulate_media(media="print")

    for bar in (".tabs", ".bar .t", ".btns", ".back", ".pager"):
        expect(page.locator(bar).first).to_be_hidden()
    expect(page.locator(".printonly")).to_contain_text("/subsidies/?programme=GD-2026")
    expect(page.get_by_text("李大根")).to_be_visible()


def test_long_names_wrap_between_words_the_eye_knows(open_page: OpenPage, story: Story) -> None:
    page = open_page(width=320)
    page.goto(f"/r/{story.places.dapu.code}/subsidies/?programme=LY-2026&period=2026")
    expect(page.locator("h1")).to_contain_text("森林生态效益补偿资金")
    assert sideways(page) == []
