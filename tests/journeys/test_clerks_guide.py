"""The clerk's guide: its pictures are taken on the way it describes, and show what the site shows today.

`python3 manage.py test --write-guide tests/journeys/test_clerks_guide.py` takes them anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.imports import processing
from portal.imports.models import Upload
from portal.people.models import User
from portal.releases.models import Attachment, Release
from tests.builders import make_cast, make_item, make_places
from tests.journeys.looking import sideways, violations
from tests.villages.books import income, line, picture, table_of

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
PASSWORD = "shiyan-2026-mima"
DOCS = Path(__file__).parents[2] / "docs"
SHOTS = ("today", "form", "errors", "ready", "draft", "documents", "review")


@pytest.fixture(scope="module")
def office(site: str) -> None:
    """A township with its staff and the item of village books."""
    make_cast()
    make_places()
    make_item(
        "MS-Z01",
        kind="ledger",
        name="村集体财务收支逐笔明细",
        level="village",
        period="monthly",
        names="masked",
    )
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])


@pytest.fixture
def shoot(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Page, str], None]:
    """Return what takes a picture of a page, into the guide when it is asked for."""
    folder = DOCS / "guide" if request.config.getoption("--write-guide") else tmp_path

    def shoot_(page: Page, name: str) -> None:
        assert name in SHOTS
        assert violations(page) == []
        # A table of 25 columns moves inside its own frame; the page does not.
        assert [found for found in sideways(page) if found.endswith("px")] == []
        page.screenshot(path=folder / f"{name}.jpg", type="jpeg", quality=60, full_page=True)

    return shoot_


def signed_in(open_page: OpenPage, username: str) -> Page:
    page = open_page(width=1000, height=900)
    page.goto("/manage/")
    page.locator("#id_username").fill(username)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("[type=submit]").first.click()
    expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()
    return page


def work(page: Page) -> None:
    """Do what the worker does when it wakes, and look again."""
    processing.process(Upload.objects.latest("pk").pk, now=timezone.now())
    page.reload()


def test_a_month_with_its_vouchers(
    open_page: OpenPage, office: None, tmp_path: Path, shoot: Callable[[Page, str], None]
) -> None:
    table, voucher = tmp_path / "大浦村6月.csv", tmp_path / "001-发票.jpg"
    rows = [line(附件=voucher.name), income(), line(凭证号="记-003", 摘要="路灯电费", 金额="一百二")]
    table.write_text(table_of(rows), encoding="utf-8")
    voucher.write_bytes(picture())

    clerk = signed_in(open_page, "li")
    shoot(clerk, "today")
    clerk.goto("/manage/imports/upload/add/")
    clerk.get_by_label("公开事项").select_option(str(make_item("MS-Z01").pk))
    clerk.get_by_label("所属期").fill("2026-06")
    clerk.get_by_label("期初余额").fill("10000")
    clerk.locator("input[type=file][name=file]").set_input_files(table)
    clerk.locator("input[type=file][name=documents]").set_input_files(voucher)
    shoot(clerk, "form")
    clerk.get_by_role("button", name="上传并检查").click()
    work(clerk)
    shoot(clerk, "errors")

    clerk.locator("main table input:not([type=checkbox]):not([type=hidden])").first.fill("120.00")
    clerk.get_by_role("button", name="保存并重新检查").click()
    work(clerk)
    shoot(clerk, "ready")
    clerk.get_by_role("button", name="导入").first.click()
    work(clerk)

    release = Release.objects.get(kind="ledger")
    row = Attachment.objects.get(release=release).row_id
    clerk.goto(f"/manage/imports/upload/draft/{release.pk}/{row}/documents/")
    expect(clerk.get_by_role("img").first).to_be_visible()
    shoot(clerk, "documents")

    draft = f"/manage/releases/release/{release.pk}/change/"
    clerk.goto(draft)
    shoot(clerk, "draft")
    clerk.get_by_role("button", name="提交审核").click()
    expect(clerk.get_by_text("该由乡镇").first).to_be_visible()
    reviewer = signed_in(open_page, "qian")
    reviewer.goto(draft)
    shoot(reviewer, "review")
    reviewer.get_by_role("button", name="通过").click()


def test_the_guide_shows_just_these_pictures() -> None:
    told = (DOCS / "clerk.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\(guide/([a-z]+)\.jpg\)", told)) == set(SHOTS)
    assert {path.stem for path in (DOCS / "guide").glob("*.jpg")} == set(SHOTS)
