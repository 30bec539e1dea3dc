"""A list's whole way: from the clerk's file over two reviewers to the villager's page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.imports import processing
from portal.imports.models import Upload
from portal.people.models import User
from portal.releases.models import Release, Verb
from tests.builders import make_cast, make_item, make_places, make_programme, make_standard
from tests.journeys.looking import sideways, violations
from tests.portal.imports.uploads import line, table

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
PASSWORD = "shiyan-2026-mima"


@pytest.fixture(scope="module")
def office(site: str) -> None:
    """A township ready to disclose; everybody can sign in."""
    make_cast()
    make_item()
    make_programme()
    make_standard()
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])


def signed_in(open_page: OpenPage, username: str, *, width: int = 1280) -> Page:
    page = open_page(width=width, height=900)
    page.goto("/manage/")
    page.locator("#id_username").fill(username)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("[type=submit]").first.click()
    expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()
    return page


def work() -> None:
    """Do what the worker does when it wakes."""
    upload = Upload.objects.latest("pk")
    processing.process(upload.pk, now=timezone.now())


def judged(page: Page) -> None:
    assert violations(page) == []
    assert sideways(page) == []


def test_a_list_from_the_file_to_the_village(open_page: OpenPage, office: None, tmp_path: Path) -> None:
    file = tmp_path / "耕地补贴.csv"
    file.write_bytes(
        table(line(1, 姓名="李大根"), line(2, 姓名="王秀英", 补贴金额="六百"), line(3, 姓名="周小兰"))
    )

    # The clerk hands the file in, repairs the one wrong cell, and answers what the rules ask.
    clerk = signed_in(open_page, "li")
    clerk.goto("/manage/imports/upload/add/")
    clerk.get_by_label("公开事项").select_option(str(make_item().pk))
    clerk.get_by_label("所属期").fill("2026")
    clerk.locator("input[type=file][name=file]").set_input_files(file)
    clerk.get_by_role("button", name="上传并检查").click()
    work()
    clerk.reload()
    expect(clerk.get_by_text("只列要改的 1 行")).to_be_visible()
    judged(clerk)
    clerk.locator("main table input:not([type=checkbox]):not([type=hidden])").first.fill("600.00")
    clerk.get_by_role("button", name="保存并重新检查").click()
    work()
    clerk.reload()
    expect(clerk.get_by_text("1,995.00").first).to_be_visible()
    clerk.get_by_role("button", name="导入").first.click()
    work()
    clerk.reload()
    release = Release.objects.get(kind="payments")
    clerk.goto(f"/manage/releases/release/{release.pk}/change/")
    expect(clerk.get_by_text("应是 697.50 元，表里是 600.00 元")).to_be_visible()
    clerk.get_by_text("答复这一条").click()
    clerk.get_by_label("为什么没有错").fill("扣了去年多发的 97.50 元")
    clerk.get_by_role("button", name="答复", exact=True).click()
    judged(clerk)
    clerk.get_by_role("button", name="提交审核").click()
    expect(clerk.get_by_text("该由乡镇").first).to_be_visible()

    # The township's reviewer sends it back once, with the reason; the clerk hands it in again.
    township = signed_in(open_page, "qian", width=360)
    township.goto(f"/manage/releases/release/{release.pk}/change/")
    expect(township.get_by_text("扣了去年多发的 97.50 元")).to_be_visible()
    township.get_by_label("退回要写清").fill("第 3 行请附扣款通知")
    township.get_by_role("button", name="退回给").click()
    clerk.goto("/manage/")
    expect(clerk.get_by_text("第 3 行请附扣款通知")).to_be_visible()
    clerk.goto(f"/manage/releases/release/{release.pk}/change/")
    clerk.get_by_role("button", name="提交审核").click()
    township.goto(f"/manage/releases/release/{release.pk}/change/")
    township.get_by_role("button", name="通过").click()

    village = f"/r/{make_places().dapu.code}/"
    villager = open_page(script=False)
    villager.goto(village)
    expect(villager.get_by_text("还没有公开补贴")).to_be_visible()

    # The county's approval is the last: the next look at the village's page shows the list.
    county = signed_in(open_page, "zhao")
    county.goto(f"/manage/releases/release/{release.pk}/change/")
    county.get_by_role("button", name="通过").click()
    villager.goto(village)
    expect(villager.get_by_text("1,995").first).to_be_visible()
    villager.goto(f"{village}subsidies/?programme=GD-2026&period=2026")
    villager.get_by_role("link", name="王秀英").click()
    expect(villager.get_by_text("600.00").first).to_be_visible()
    expect(villager.get_by_text("退回去改")).to_be_visible()
    expect(villager.locator("body")).not_to_contain_text("钱国平")
    verbs = list(Release.objects.get(pk=release.pk).steps.order_by("seq").values_list("verb", flat=True))
    assert verbs == [Verb.SUBMIT, Verb.RETURN, Verb.SUBMIT, Verb.APPROVE, Verb.APPROVE]
