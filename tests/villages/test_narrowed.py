"""Private persons in the books of a village whose time in public is over; who acts in office stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2 as pdfium
import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from portal.log import keyfile
from portal.releases import registry
from portal.releases.actions import narrowing
from portal.releases.verification import verify
from portal.releases.verification.published import check_release
from tests.builders import NOW, make_item, make_places
from tests.portal.log.keeping import Keeper, bend
from tests.villages.books import BOOKS, income, line, publish_books
from villages.models import LedgerEntry

pytestmark = pytest.mark.django_db(transaction=True)
LATER = datetime(2030, 1, 1, 0, 1, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def keeper(settings: Settings, tmp_path: Path) -> Keeper:
    settings.LOG_KEY = tmp_path / "log.key"
    settings.PAGES_DIR = tmp_path / "pages"
    keyfile.make_missing(settings.LOG_KEY, "ma.example.cn/log")
    told = {"level": "village", "period": "monthly", "names": "masked", "names_months": 24}
    make_item("MS-Z01", kind="ledger", name="村集体财务收支逐笔明细", **told)
    return Keeper(settings.LOG_KEY)


@pytest.fixture
def expired(keeper: Keeper) -> LedgerEntry:
    publish_books(
        line(往来单位="李大根", 摘要="清沟误工费"),
        line(凭证号="记-002", 往来单位="便民文具店"),
        income(往来单位=""),
    )
    (act,) = narrowing.expire_due(at=LATER)
    keeper.sign()
    assert act.rows == 1
    row: LedgerEntry = LedgerEntry.objects.get(summary="清沟误工费")
    return row


def test_the_month_and_the_line_say_that_the_time_is_over(
    expired: LedgerEntry, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(25):
        month = client.get(f"{BOOKS}?period=2026-06").content.decode()
    page = client.get(f"/row/ledger/{expired.pk}/").content.decode()
    for told in (month, page):
        assert "李*根" not in told
        assert "姓名已过公开期" in told
    assert month.count("姓名已过公开期") == 1
    assert "便民文具店" in month
    assert "王小平" in page


def test_the_sheet_on_paper_says_it_too(expired: LedgerEntry, client: Client) -> None:
    pdf = pdfium.PdfDocument(client.get(f"{BOOKS}2026-06.pdf?paper=a4").content)
    words = "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pdf)
    assert "李*根" not in words
    assert "姓名已过公开期" in words.replace("\u200b", "")
    assert "便民文具店" in words.replace("\u200b", "")


def test_the_masked_name_finds_nothing_any_more(expired: LedgerEntry, client: Client) -> None:
    found = client.get("/search", {"q": "李*根", "region": make_places().dapu.code}).content.decode()
    assert str(expired.pk) not in found
    unit = client.get("/search", {"q": "便民文具店", "region": make_places().dapu.code}).content.decode()
    assert str(LedgerEntry.objects.get(voucher_no="记-002").pk) in unit


def test_everything_agrees_and_tampering_is_found(expired: LedgerEntry) -> None:
    assert verify(full=True, at=NOW).difference is None
    bend("UPDATE villages_ledgerentry SET counterparty_public = '李*根' WHERE id = %s", [expired.pk])
    found = verify(full=True, at=NOW).difference
    assert found is not None
    assert (found.kind, found.id) == ("ledger", str(expired.pk))


def test_an_organisation_of_a_kind_that_does_not_mark_them_still_gives_its_leaf(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    unmarked = replace(registry.kind("ledger"), organisations=())
    monkeypatch.setitem(registry._kinds, "ledger", unmarked)
    (release,) = publish_books(line(往来单位="便民文具店"))
    assert [act.rows for act in narrowing.expire_due(at=LATER)] == [1]
    assert LedgerEntry.objects.get(release=release).counterparty_public == ""
    release.refresh_from_db()
    with transaction.atomic():  # as the verification does: it reads by a cursor
        assert check_release(release) == 1
