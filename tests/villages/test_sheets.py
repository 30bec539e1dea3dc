"""The month on paper: complete, masked as on the page, with a code that leads back."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import zxingcpp
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.codes.models import Code
from portal.releases.models import State
from tests.builders import make_places, walk
from tests.portal.pages.reading import text
from tests.villages.books import BOOKS, draft_books, income, line, publish_books
from villages.paper import Paper

pytestmark = pytest.mark.django_db
SHEET = f"{BOOKS}2026-06.pdf"
_SIZES = {Paper.A3: (842, 1191), Paper.A4: (595, 842)}


def sheet(client: Client, paper: str = "a4") -> pdfium.PdfDocument:
    answer = client.get(f"{SHEET}?paper={paper}")
    assert answer.status_code == 200
    return pdfium.PdfDocument(answer.content)


def words_of(pdf: pdfium.PdfDocument) -> str:
    return re.sub(r"\s|\u200b", "", "".join(page.get_textpage().get_text_bounded() for page in pdf))


@pytest.mark.parametrize("paper", list(Paper))
def test_every_line_of_a_long_month_is_there(client: Client, paper: Paper) -> None:
    long = "修建从上屋场老祠堂到水库大塘边的机耕道并清理沿线排水沟渠的人工材料费用第二次付款"
    rows = [line(凭证号=f"记-{n}", 摘要=f"{long}{n}号", 金额=f"{1000 + n}.50") for n in range(1, 121)]
    publish_books(*rows, income())
    pdf = sheet(client, paper)
    told = words_of(pdf)
    for number in range(1, 121):
        assert f"第二次付款{number}号" in told
        assert f"{1000 + number:,}.50" in told
    assert len(pdf) > 1
    assert f"共{len(pdf)}页" in told
    assert all((round(page.get_width()), round(page.get_height())) == _SIZES[paper] for page in pdf)


def test_a_short_month_is_one_page_with_its_balance(client: Client) -> None:
    publish_books(
        line(), income(), income(凭证号="记-9", 摘要="鱼塘押金", 金额="2000", 款项性质="押金保证金")
    )
    pdf = sheet(client, "a3")
    told = words_of(pdf)
    assert len(pdf) == 1
    assert "16,120.00" in told
    assert "只是过手1笔" in told
    assert "缺票据" in told
    assert "12388" in told


def test_a_person_is_masked_on_paper_too(client: Client) -> None:
    publish_books(income())
    told = words_of(sheet(client))
    assert "王*芳" in told
    assert "王小芳" not in told


def test_its_code_leads_to_the_village(client: Client) -> None:
    publish_books(line())
    picture = sheet(client)[0].render(scale=2).to_pil()
    (found,) = zxingcpp.read_barcodes(picture)
    code = Code.objects.valid().get(region=make_places().dapu)
    assert found.text.endswith(f"/C/{code.slug}")
    assert client.get(f"/c/{code.slug}").status_code == 200


def test_it_is_made_once_and_then_answered_by_its_tag(client: Client) -> None:
    publish_books(line())
    tag = client.get(SHEET)["ETag"]
    assert client.get(SHEET, headers={"If-None-Match": tag}).status_code == 304


def test_what_is_published_later_is_on_the_next_print(client: Client) -> None:
    publish_books(line())
    before = client.get(SHEET)["ETag"]
    publish_books(line(凭证号="记-2", 摘要="补录的一笔"), opening="", batch=2)
    assert client.get(SHEET)["ETag"] != before
    assert "补录的一笔" in words_of(sheet(client))


def test_a_character_that_cannot_be_printed_is_named(client: Client) -> None:
    publish_books(line(摘要="修𰻞𰻞面馆的门"))
    assert "𰻞" in text(client, SHEET, status=404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{BOOKS}2026-05.pdf", 404),
        (f"{BOOKS}2026-13.pdf", 400),
        (f"{SHEET}?paper=a0", 400),
        ("/r/360902100000/ledger/2026-06.pdf", 404),
        ("/r/999999999999/ledger/2026-06.pdf", 404),
    ],
)
def test_what_cannot_be_printed_is_answered_in_words(client: Client, path: str, status: int) -> None:
    publish_books(line())
    text(client, path, status=status)


def test_a_draft_is_on_no_sheet(client: Client) -> None:
    (draft,) = draft_books(line(), opening=Decimal(0))
    text(client, SHEET, status=404)
    walk(draft, State.IN_REVIEW)
    text(client, SHEET, status=404)


@pytest.mark.parametrize("rows", [1, 60])
def test_a_sheet_costs_at_most_eight_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    publish_books(*[line(凭证号=f"记-{number}") for number in range(rows)])
    with django_assert_max_num_queries(8):
        client.get(SHEET)


def test_the_command_prints_a_township_and_names_who_published_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_books(line())
    file = tmp_path / "june.pdf"
    call_command("sheets", str(file), region="360902100000", period="2026-06", paper="a4")
    told = words_of(pdfium.PdfDocument(file.read_bytes()))
    assert "办公打印纸墨" in told
    assert "2个村没公开" in told
    assert "没公开" in capsys.readouterr().err


def test_the_command_refuses_what_is_no_month(tmp_path: Path) -> None:
    publish_books(line())
    with pytest.raises(CommandError, match="按月印"):
        call_command("sheets", str(tmp_path / "x.pdf"), region="360902100000", period="2026")
