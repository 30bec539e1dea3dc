"""Posters of codes: the words of each, and the batch command."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from django.core.management import CommandError, call_command
from pytest_django import Settings

from portal.codes import actions, sheets
from portal.codes.models import Code
from portal.places.models import Region
from tests.portal.codes.places import make_region


def test_a_village_poster_leads_to_its_code(settings: Settings, code: Code) -> None:
    settings.SITE_URL = "https://ma.example.cn"

    pdf = pypdfium2.PdfDocument(sheets.poster_pdf(code, today=date(2026, 11, 23)))
    found = zxingcpp.read_barcodes(pdf[0].render(scale=0.5).to_pil())

    assert [barcode.text for barcode in found] == [f"HTTPS://MA.EXAMPLE.CN/C/{code.slug}"]


def test_a_poster_says_what_the_code_shows(code: Code, township: Region, county: Region) -> None:
    community = make_region("360902105001", "彬江社区居委会", "village", township)
    programme = actions.code_for_programme(county="360902", code="GD-01", name="耕地补贴")

    assert sheets.poster_of(code).call == "扫一扫，看村里的账"
    assert sheets.poster_of(code).place == "袁州区彬江镇"
    assert sheets.poster_of(actions.code_for_region(community)).call == "扫一扫，看社区的账"
    assert sheets.poster_of(actions.code_for_region(county)).call == "扫一扫，看这里的账"
    assert sheets.poster_of(programme).call == "扫一扫，看这项补贴"
    assert sheets.poster_of(programme).place == "袁州区"


def test_the_command_prints_a_page_for_each_village(
    tmp_path: Path, township: Region, village: Region, other_village: Region
) -> None:
    said = StringIO()
    call_command("posters", str(tmp_path), region=township.code, stdout=said)

    files = list(tmp_path.iterdir())

    assert [file.name for file in files] == ["360902105000 彬江镇.pdf"]
    assert len(pypdfium2.PdfDocument(files[0])) == 2
    assert "2 张" in said.getvalue()


def test_the_command_prints_the_others_and_names_what_it_could_not(
    tmp_path: Path, township: Region, village: Region
) -> None:
    make_region("360902105203", "𰻞家村", "village", township)

    with pytest.raises(CommandError, match="𰻞家村"):
        call_command("posters", str(tmp_path), region=township.code, stdout=StringIO())

    assert len(pypdfium2.PdfDocument(next(tmp_path.iterdir()))) == 1


@pytest.mark.django_db
def test_the_command_refuses_an_unknown_place(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有区划代码"):
        call_command("posters", str(tmp_path), region="999999999999", stdout=StringIO())
