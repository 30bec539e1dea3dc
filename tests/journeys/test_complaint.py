"""A villager reports a line of the books on a small telephone, and comes back with the code."""

from __future__ import annotations

import io
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from complaints.models import Outcome, Ticket
from complaints.reporting import following, nonces
from complaints.results import publishing
from complaints.sealing import opening
from complaints.tickets import acts
from funds.models import Payment
from tests.builders import make_programme, make_release
from tests.journeys.looking import forbidden, jumping_headings, sideways, violations

if TYPE_CHECKING:
    from tests.complaints.cases import Officers

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
WORDS = "耕地补贴少了。\n我家6亩2，只发了4亩的钱。"


@dataclass(frozen=True)
class Story:
    """A published row and the commission above it."""

    row: Payment
    staff: Officers


@pytest.fixture(scope="module")
def story(site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    from tests.complaints.cases import make_officers

    folder = tmp_path_factory.mktemp("complaint")
    shutil.copytree(django_settings.KEYS_DIR, folder / "keys")
    own = {"KEYS_DIR": folder / "keys", "REPORTS_DIR": folder / "reports"}
    with override_settings(**own, RECEIPTS_PER_CLIENT_A_MINUTE=1000):
        make_programme()
        row = Payment.objects.get(release=make_release(rows=1))
        yield Story(row, make_officers())


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "DSC_0001.jpg"
    stream = io.BytesIO()
    Image.new("RGB", (600, 800), "#eeeeee").save(stream, "JPEG")
    path.write_bytes(stream.getvalue())
    return str(path)


def report(page: Page, story: Story, *files: str) -> str:
    """Walk from the row to the receipt; return the 查询码."""
    page.goto(story.row.get_absolute_url())
    page.get_by_role("link", name="这一笔我有疑问").click()
    page.get_by_label("什么事").fill(WORDS)
    if files:
        page.get_by_label("照片、录音").set_input_files(list(files))
    page.get_by_role("button", name="交给纪委").click()
    return page.locator("[data-receipt]").get_attribute("data-receipt") or ""


def test_from_the_row_to_the_answer_without_script(open_page: OpenPage, story: Story, photo: str) -> None:
    page = open_page(script=False)
    code = report(page, story, photo)
    assert len(code) == 20
    assert page.url.endswith("/report/")
    expect(page.get_by_text("收到 1 张图片")).to_be_visible()
    expect(page.get_by_text("12月", exact=False).first).to_be_attached()

    page.get_by_role("button", name="我抄好了").click()
    assert page.url.endswith("/ticket/")
    expect(page.get_by_role("heading", name="收到了，还没定")).to_be_visible()
    expect(page.get_by_text(WORDS.splitlines()[1])).to_be_visible()

    holder = following.hold(code)
    assert holder
    ticket = holder.ticket
    assert holder.receipt.is_confirmed
    content = opening.read(story.staff.li, ticket, why="办理", now=timezone.now())
    assert content.report.text == WORDS
    assert content.report.told["snapshot"]["row"] == f"payments/{story.row.pk}"
    answered(story, ticket, page, code)
    assert page.context.cookies() == []


def answered(story: Story, ticket: Ticket, page: Page, code: str) -> None:
    """Let the officers ask and conclude; read it with the code as it was written on paper."""
    from tests.complaints.cases import DRAFT, to_verifying

    staff, now = story.staff, timezone.now()
    to_verifying(staff, ticket, now=now)
    acts.ask(staff.li, ticket.pk, text="存折带来看过吗？", now=now)
    page.goto("/")
    page.get_by_role("link", name="查我的举报").click()
    page.get_by_label("查询码，20 个数字").fill(" ".join(code[at : at + 4] for at in range(0, 20, 4)))
    page.get_by_role("button", name="查进度").click()
    expect(page.get_by_text("存折带来看过吗？").first).to_be_visible()
    expect(page.get_by_text("已有 1 人阅看")).to_be_visible()
    page.get_by_label("您的回答").fill("看过，在这里。")
    page.get_by_role("button", name="回答").click()
    expect(page.get_by_text("收到了，已经加进去")).to_be_visible()

    acts.conclude(staff.li, ticket.pk, outcome=Outcome.TRUE, funds="none", told=DRAFT.told(), now=now)
    publishing.publish(staff.wang, ticket.pk, now=now)
    page.goto("/ticket/")
    page.get_by_label("查询码，20 个数字").fill(code)
    page.get_by_role("button", name="查进度").click()
    expect(page.get_by_role("heading", name="有结果了")).to_be_visible()
    expect(page.get_by_text(DRAFT.reply)).to_be_visible()
    page.get_by_label("哪里不对").fill("钱没退全")
    page.get_by_role("button", name="提异议").click()
    expect(page.get_by_text("异议收到了。由另外的人来答复。")).to_be_visible()


def test_a_miscopied_code_is_shown_in_groups(open_page: OpenPage, story: Story) -> None:
    page = open_page(script=False)
    page.goto("/ticket/")
    page.get_by_label("查询码，20 个数字").fill("4829 1560 3771 2048 5974")
    page.get_by_role("button", name="查进度").click()
    expect(page.get_by_text("有数字抄错了")).to_be_visible()
    expect(page.locator(".code5 span")).to_have_text(["4829", "1560", "3771", "2048", "5974"])
    assert page.title().startswith("有 1 处要改")


def looked_at(page: Page) -> list[str]:
    return [*violations(page), *forbidden(page), *jumping_headings(page), *sideways(page)]


@pytest.mark.parametrize(("width", "big"), [(320, True), (360, False), (1200, False)])
def test_every_page_on_the_way_passes_axe(
    open_page: OpenPage, story: Story, photo: str, *, width: int, big: bool
) -> None:
    page = open_page(width=width)
    found = {}
    if big:
        page.goto("/big?next=/report/")
    page.goto("/report/")
    found["form"] = looked_at(page)
    page.goto(f"/report/?row=payments/{story.row.pk}")
    page.locator("summary").first.click()
    found["form about a row"] = looked_at(page)
    page.get_by_label("什么事").fill(" ")
    page.get_by_label("照片、录音").set_input_files(photo)
    page.get_by_role("button", name="交给纪委").click()
    found["form with errors"] = looked_at(page)
    code = report(page, story, photo)
    found["receipt"] = looked_at(page)
    page.get_by_role("button", name="我抄好了").click()
    found["follow-up"] = looked_at(page)
    page.goto("/ticket/")
    found["ticket"] = looked_at(page)
    page.get_by_label("查询码，20 个数字").fill(f"{code[:-1]}{(int(code[-1]) + 1) % 10}")
    page.get_by_role("button", name="查进度").click()
    found["ticket with an error"] = looked_at(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_the_receipt_prints_on_half_a_sheet(open_page: OpenPage, story: Story) -> None:
    page = open_page()
    report(page, story)
    page.emulate_media(media="print")
    for hidden in (".btns", ".card.ok", ".foot"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".code5")).to_be_visible()
    page.set_viewport_size({"width": 680, "height": 900})  # A4 without its margins
    height = page.evaluate("() => document.querySelector('main').getBoundingClientRect().bottom")
    assert height < 500  # half of A4 less one margin, in pixels of CSS


def test_a_connection_cut_in_mid_photo_keeps_the_words(site: str, story: Story) -> None:
    parts = {"text": "网不好", "nonce": nonces.fresh(), "row": f"payments/{story.row.pk}"}
    lines = [
        f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts.items()
    ]
    photo = '--cut\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
    body = ("".join(lines) + photo).encode() + bytes(100_000)
    head = (
        "POST /report/ HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=cut\r\n"
        f"Content-Length: {len(body) + 5_000_000}\r\n\r\n"
    )
    address = urlsplit(site)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=20) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
    assert " 400 " in answer.splitlines()[0]
    assert "网断了，没有收全" in answer
    assert "网不好</textarea>" in answer
