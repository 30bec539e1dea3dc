"""A page on paper: what is read stays, what is pressed goes, and the foot says where it came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Page
from pypdfium2 import raw

from portal.releases.models import Attachment
from tests.villages.books import BOOKS, folder_of, income, line, picture, publish_books
from villages.models import LedgerEntry

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module", autouse=True)
def books(site: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    shapes = {"发票.jpg": (720, 960), "长.jpg": (700, 2100), "宽.jpg": (2100, 700)}
    drawn = {name: picture(name, size=size) for name, size in shapes.items()}
    files = folder_of(tmp_path_factory.mktemp("vouchers"), **drawn)
    many = [line(凭证号=f"记-{number}", 摘要=f"第{number}件事") for number in range(2, 20)]
    publish_books(line(附件=";".join(shapes)), *many, income(), files=files)


def paper(open_page: OpenPage, path: str) -> pdfium.PdfDocument:
    page = open_page(width=1280)
    page.goto(path)
    return pdfium.PdfDocument(page.pdf(format="A4"))


def words_of(pages: Iterable[pdfium.PdfPage]) -> str:
    return re.sub(r"\s", "", "".join(one.get_textpage().get_text_bounded() for one in pages))


def printed(open_page: OpenPage, path: str) -> tuple[int, str]:
    pdf = paper(open_page, path)
    return len(pdf), words_of(pdf)


def overrunning(pdf: pdfium.PdfDocument) -> list[str]:
    """Return what is drawn beyond the margins, cut off by the printer or by the page."""
    return [
        f"page {page.get_width():.0f}: {[round(edge) for edge in one.get_bounds()]}"
        for page in pdf
        for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_TEXT], max_depth=8)
        if one.get_bounds()[0] < 40 or one.get_bounds()[2] > page.get_width() - 40
    ]


@pytest.mark.parametrize("query", ["?period=2026-06", "?period=2026", "?period=2026-06&side=out"])
def test_a_page_of_the_books_is_clean_on_paper(open_page: OpenPage, query: str) -> None:
    pages, told = printed(open_page, BOOKS + query)
    assert pages <= 3
    assert "打印件" in told
    assert "/r/360902100204/ledger/" in told
    for pressed in ("要举报", "字再大", "账上我有疑问", "跳到正文", "贴墙的大张"):
        assert pressed not in told


@pytest.mark.parametrize("position", [1, 2, 3])
def test_a_voucher_fits_one_sheet_whatever_its_shape(open_page: OpenPage, position: int) -> None:
    voucher = Attachment.objects.order_by("position")[position - 1]
    pdf = paper(open_page, f"/doc/{voucher.pk}/1")
    assert len(pdf) == 1
    assert "打印件" in words_of(pdf)
    assert "我有疑问" not in words_of(pdf)
    assert overrunning(pdf) == []


def test_the_vouchers_of_a_line_stand_under_their_heading(open_page: OpenPage) -> None:
    row = LedgerEntry.objects.order_by("position")[0]
    pdf = paper(open_page, row.get_absolute_url())
    (page,) = (page for page in pdf if "票据3份" in words_of([page]))
    assert list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=8))
    assert overrunning(pdf) == []


@pytest.mark.parametrize("path", ["/", "/r/360902100204/", "/search?q=大浦", f"{BOOKS}?period=2026"])
def test_the_foot_is_not_torn_from_itself(open_page: OpenPage, path: str) -> None:
    pdf = paper(open_page, path)
    last = words_of([pdf[len(pdf) - 1]])
    assert "不会用手机" in last
    assert "打印件" in last
    assert overrunning(pdf) == []


def test_every_line_of_the_month_is_printed(open_page: OpenPage) -> None:
    _, told = printed(open_page, f"{BOOKS}?period=2026-06")
    assert all(f"第{number}件事" in told for number in range(2, 20))
