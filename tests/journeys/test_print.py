"""A page on paper: what is read stays, what is pressed goes, and the foot says where it came from."""

from __future__ import annotations

import re
from collections.abc import Callable

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Page

from portal.releases.models import Attachment
from tests.villages.books import BOOKS, folder_of, income, line, picture, publish_books

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module", autouse=True)
def books(site: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    files = folder_of(tmp_path_factory.mktemp("vouchers"), **{"发票.jpg": picture()})
    many = [line(凭证号=f"记-{number}", 摘要=f"第{number}件事") for number in range(2, 20)]
    publish_books(line(附件="发票.jpg"), *many, income(), files=files)


def printed(open_page: OpenPage, path: str) -> tuple[int, str]:
    page = open_page(width=1280)
    page.goto(path)
    pdf = pdfium.PdfDocument(page.pdf(format="A4"))
    told = "".join(one.get_textpage().get_text_bounded() for one in pdf)
    return len(pdf), re.sub(r"\s", "", told)


@pytest.mark.parametrize("query", ["?period=2026-06", "?period=2026", "?period=2026-06&side=out"])
def test_a_page_of_the_books_is_clean_on_paper(open_page: OpenPage, query: str) -> None:
    pages, told = printed(open_page, BOOKS + query)
    assert pages <= 3
    assert "打印件" in told
    assert "/r/360902100204/ledger/" in told
    for pressed in ("要举报", "字再大", "账上我有疑问", "跳到正文", "贴墙的大张"):
        assert pressed not in told


def test_a_voucher_fits_one_sheet(open_page: OpenPage) -> None:
    pages, told = printed(open_page, f"/doc/{Attachment.objects.get().pk}/1")
    assert pages == 1
    assert "打印件" in told
    assert "我有疑问" not in told


def test_every_line_of_the_month_is_printed(open_page: OpenPage) -> None:
    _, told = printed(open_page, f"{BOOKS}?period=2026-06")
    assert all(f"第{number}件事" in told for number in range(2, 20))
