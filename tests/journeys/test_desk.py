"""Three officers at their desks: a report from its arrival to the day it is written off, in a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from complaints.models import OfficerKey, Ticket
from complaints.sealing.pieces import File
from portal.people.models import User
from tests.complaints.cases import (
    PASSPHRASE,
    make_key,
    make_officers,
    make_report,
    sign_list,
    unlock_code,
)
from tests.journeys.looking import forbidden, jumping_headings, sideways, violations
from tests.villages.books import picture

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
PASSWORD = "shiyan-2026-mima"
OFFICERS = ("insp-li", "insp-wang", "insp-chief")
TEXT = "10月的挖掘机费 12600 元，发票和明细单上的签字不像一个人。"


@pytest.fixture(scope="module", autouse=True)
def office(site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Both commissions with keys under passphrases, two reports at hand."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(settings.KEYS_DIR, folder / "keys")
    with override_settings(KEYS_DIR=folder / "keys", REPORTS_DIR=folder / "reports"):
        make_officers()
        OfficerKey.objects.update(retired_at=timezone.now())
        for user in User.objects.filter(username__in=OFFICERS):
            user.set_password(PASSWORD)
            user.save()
            make_key(user)
        sign_list()
        photo = File(name="图片1", media_type="image/jpeg", data=picture())
        today = timezone.localdate()
        make_report(TEXT, name="王大妈", phone="13900000000", files=(photo, photo), today=today)
        make_report("村里鱼塘租金没进账", today=today)
        yield


@pytest.fixture
def shoot(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Return what looks at a page in two widths: accessible, narrow enough, nothing the policy forbids."""

    def shoot_(page: Page, name: str) -> None:
        # Before the pictures: to take one, the browser's driver writes style attributes itself.
        assert forbidden(page) == []
        assert jumping_headings(page) == []
        for width, height in ((1280, 900), (360, 780)):
            page.set_viewport_size({"width": width, "height": height})
            assert violations(page) == [], f"{name} {width}"
            # The menu of the staff's site moves inside its own frame; the page does not.
            assert [one for one in sideways(page) if one.endswith("px")] == [], f"{name} {width}"
            page.screenshot(path=tmp_path / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})

    return shoot_


def at_desk(open_page: OpenPage, username: str) -> Page:
    """Return the page of an officer who signed in; the desk is still locked."""
    page = open_page(width=1280, height=900)
    page.goto("/desk/")
    page.locator("#id_username").fill(username)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("[type=submit]").first.click()
    expect(page.get_by_role("heading", name="工单", exact=True)).to_be_visible()
    return page


def unlock(page: Page) -> None:
    page.get_by_role("link", name="打开工作台").click()
    page.get_by_label("工作台口令").fill(PASSPHRASE)
    page.get_by_label("手机上的 6 位动态码").fill(unlock_code(timezone.now()))
    page.get_by_role("button", name="打开").click()
    expect(page.get_by_role("button", name="锁上")).to_be_visible()


def deed(page: Page, word: str, **fields: str) -> None:
    """Open an act, fill in its fields by their names, press its button."""
    one = page.locator("details").filter(has=page.locator("summary", has_text=word)).first
    if one.get_attribute("open") is None:
        one.locator("summary").click()
    for name, value in fields.items():
        field = one.locator(f"[name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    one.get_by_role("button", name=word, exact=True).click()
    expect(page.get_by_text(f"{word}：好了。")).to_be_visible()


def test_from_arrival_to_write_off(open_page: OpenPage, shoot: Callable[[Page, str], None]) -> None:
    ticket = Ticket.objects.order_by("padded_size").last()
    assert ticket
    here = f"/desk/{ticket.pk}/"
    wang = at_desk(open_page, "insp-wang")
    shoot(wang, "locked")
    wang.get_by_role("link", name="打开工作台").click()
    shoot(wang, "unlock")
    wang.goto("/desk/")
    unlock(wang)
    wang.goto("/desk/?tab=all")
    shoot(wang, "queue")
    wang.get_by_role("link", name=TEXT[:10]).click()
    shoot(wang, "received")
    deed(wang, "定类别", track="A")
    deed(wang, "受理")

    chief = at_desk(open_page, "insp-chief")
    unlock(chief)
    chief.goto(here)
    deed(chief, "分派", to=str(User.objects.get(username="insp-li").pk))

    li = at_desk(open_page, "insp-li")
    unlock(li)
    li.get_by_role("link", name=TEXT[:10]).click()
    deed(li, "开始核查")
    deed(li, "记下来", text="调取原件，两张单子的签字不是一个人。")
    deed(li, "问举报人", text="挖掘机哪天来的？")
    li.get_by_label("为什么要看", exact=True).select_option("核实情况")
    li.get_by_role("button", name="看姓名电话").click()
    expect(li.get_by_text("王大妈")).to_be_visible()
    shoot(li, "verifying")
    li.goto(here)
    told = {
        "outcome": "true",
        "topic": "ledger",
        "title": "挖掘机费重复报销",
        "measures": "退回 12,600.00 元，经办人被批评教育。",
        "recovered": "12600",
        "funds": "due",
        "reply": "您说的事查实了，谢谢您。",
    }
    deed(li, "作出结论", **told)

    wang.goto(here)
    shoot(wang, "concluded")
    deed(wang, "复核并公布")
    li.goto(here)
    deed(li, "登记退款", funds="returned")
    chief.goto(here)
    deed(chief, "销号")
    shoot(chief, "written-off")
    assert Ticket.objects.get(pk=ticket.pk).state == "written_off"


def test_the_other_pages_of_the_desk(open_page: OpenPage, shoot: Callable[[Page, str], None]) -> None:
    chief = at_desk(open_page, "insp-chief")
    OfficerKey.objects.filter(user__username="insp-chief").update(totp_step=0)
    unlock(chief)
    ticket = Ticket.objects.order_by("padded_size").first()
    assert ticket
    for name in ("keys", "readings", "quarter", "keys/new"):
        chief.goto(f"/desk/{name}/")
        shoot(chief, name.replace("/", "-"))
    chief.goto(f"/desk/{ticket.pk}/letter/accept/")
    shoot(chief, "letter")
    chief.get_by_role("button", name="存进卷里").click()
    chief.get_by_role("link", name="受理告知书").first.click()
    shoot(chief, "letter-print")
    chief.get_by_role("button", name="锁上").click()
    chief.goto(f"/desk/{ticket.pk}/")
    expect(chief.get_by_label("工作台口令")).to_be_visible()
