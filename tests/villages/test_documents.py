"""Vouchers: from the folder beside a table to the row's page, and away with their row."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image

from portal.documents import store
from portal.imports.request import RefusedError
from portal.record.tree import root_of
from portal.releases.actions import withdraw
from portal.releases.models import Attachment, Release, State
from tests.builders import NOW, make_cast, walk
from tests.portal.pages.reading import text
from tests.villages.books import BOOKS, CANARY, draft_books, folder_of, line, picture, publish_books
from villages.columns.ledger import LEDGER as LEDGER_COLUMNS
from villages.models import LedgerEntry

pytestmark = pytest.mark.django_db
NAMED = "张三丰家12600元发票.jpg"


@pytest.fixture(autouse=True)
def stores(settings: object, tmp_path: Path) -> None:
    """Keep pictures, originals and waiting files in a folder of the test's own."""
    for name in ("DOCUMENTS_DIR", "ORIGINALS_DIR", "INCOMING_DIR"):
        setattr(settings, name, tmp_path / name.lower())


@pytest.fixture
def published(tmp_path: Path) -> Release:
    files = folder_of(tmp_path, **{NAMED: picture(), "明细.png": picture("明细", form="PNG")})
    (release,) = publish_books(line(附件=f"{NAMED};明细.png;没有的.jpg"), files=files)
    return release


def test_a_row_shows_its_vouchers_by_what_they_are(client: Client, published: Release) -> None:
    row = LedgerEntry.objects.get()
    page = text(client, f"/row/ledger/{row.pk}/")
    assert "① 发票" in page
    assert "② 明细单" in page
    assert "还缺 1 份票据" in page
    assert "票据 2 份" in text(client, BOOKS)


def test_a_row_is_found_by_what_its_vouchers_are(client: Client, published: Release) -> None:
    found = text(client, "/search?q=明细单&region=360902100204")
    assert f"/row/ledger/{LedgerEntry.objects.get().pk}/" in found
    assert "/row/ledger/" not in text(client, "/search?q=合同&region=360902100204")
    assert "/row/ledger/" not in text(client, "/search?q=张三丰&region=360902100204")


def test_a_row_without_vouchers_says_so(client: Client) -> None:
    publish_books(line())
    assert "缺票据" in text(client, BOOKS)
    assert "没有公开任何票据" in text(client, f"/row/ledger/{LedgerEntry.objects.get().pk}/")


def test_what_is_served_is_clean_pixels_only(client: Client, published: Release) -> None:
    found = Attachment.objects.in_order().first()
    assert found is not None
    told = text(client, f"/row/ledger/{found.row_id}/") + text(client, f"/doc/{found.pk}/1")
    assert "张三丰" not in told + text(client, BOOKS)
    for size in ("", "-m", "-s"):
        answer = client.get(f"/doc/{found.pk}/1{size}.webp")
        data = answer.content
        assert answer["Content-Type"] == "image/webp"
        assert CANARY.encode() not in data
        assert "张三丰".encode() not in data + repr(dict(answer.headers)).encode()
        with Image.open(io.BytesIO(data)) as image:
            assert not dict(image.getexif())


def test_a_picture_is_answered_once_and_then_by_its_tag(client: Client, published: Release) -> None:
    address = f"/doc/{Attachment.objects.in_order().first().pk}/1.webp"  # type: ignore[union-attr]
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("size", ["", ".webp", "-s.webp"])
def test_a_draft_shows_nothing(client: Client, tmp_path: Path, size: str) -> None:
    draft_books(line(附件="a.jpg"), files=folder_of(tmp_path, **{"a.jpg": picture()}))
    text(client, f"/doc/{Attachment.objects.get().pk}/1{size}", status=404)


def test_a_withdrawn_row_takes_its_vouchers_along(client: Client, published: Release) -> None:
    found = list(Attachment.objects.all())
    withdraw(published.pk, by=make_cast().county_reviewer, at=NOW, reason="传错了")
    for one in found:
        for size in ("", ".webp", "-m.webp", "-s.webp"):
            assert client.get(f"/doc/{one.pk}/1{size}").status_code == 410


def test_reviewers_approve_a_root_over_rows_and_documents(tmp_path: Path) -> None:
    files = folder_of(tmp_path, **{"a.jpg": picture()})
    (with_one,) = draft_books(line(附件="a.jpg"), files=files, opening=Decimal(0))
    walk(with_one, State.IN_REVIEW)
    found = Attachment.objects.get()
    assert len(bytes(found.leaf or b"")) == 32
    leaves = [bytes(LedgerEntry.objects.get().leaf), bytes(found.leaf or b"")]
    with_one.refresh_from_db()
    assert bytes(with_one.root or b"") == root_of(leaves)


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.jpg", picture()[:3000], "图片坏了"),
        ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "不收 SVG"),
        ("a.pdf", b"%PDF-1.7 nothing", "PDF 坏了"),
        ("a.jpg", b"", "空"),
    ],
)
def test_a_file_that_cannot_be_taken_in_refuses_its_row_and_keeps_nothing(
    tmp_path: Path, name: str, data: bytes, word: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        draft_books(line(), line(凭证号="记-002", 附件=name), files=folder_of(tmp_path, **{name: data}))
    (error,) = refused.value.built.errors
    assert (error.row, error.column, error.value) == (3, "附件", name)
    assert word in error.message
    assert not Release.objects.exists()
    assert not list((tmp_path / "documents_dir").glob("??/??/*"))


def test_equal_bytes_are_one_document_behind_two_rows(tmp_path: Path) -> None:
    files = folder_of(tmp_path, **{"a.jpg": picture(), "b.jpg": picture()})
    draft_books(line(附件="a.jpg"), line(凭证号="记-002", 附件="b.jpg"), files=files)
    assert Attachment.objects.values("document").distinct().count() == 1
    assert Attachment.objects.count() == 2


def test_a_correction_keeps_the_old_voucher_beside_the_new(
    client: Client, published: Release, tmp_path: Path
) -> None:
    old = LedgerEntry.objects.get()
    files = folder_of(tmp_path, **{"明细.png": picture("重开的明细", form="PNG")})
    changed = line(公开编号=str(old.pk), 附件=f"{NAMED};明细.png")
    headers = dict.fromkeys(column.header for column in LEDGER_COLUMNS)
    (correction,) = draft_books(
        {header: changed.get(header, "") for header in ["公开编号", *headers]},
        corrects=published,
        reason="明细单重开",
        files=files,
        place=old.region,
    )
    walk(correction, State.PUBLISHED)
    new = LedgerEntry.objects.exclude(pk=old.pk).get()
    behind = {
        row: set(Attachment.objects.filter(row_id=row).values_list("document", flat=True))
        for row in (old.pk, new.pk)
    }
    assert len(behind[old.pk] & behind[new.pk]) == 1
    assert len(behind[new.pk] - behind[old.pk]) == 1
    for one in Attachment.objects.all():
        assert client.get(f"/doc/{one.pk}/1.webp").status_code == 200


def test_nothing_of_a_file_that_a_row_names_not_is_kept(tmp_path: Path) -> None:
    draft_books(line(), files=folder_of(tmp_path, **{"别的.jpg": picture()}))
    assert not Attachment.objects.exists()
    assert store.read("0" * 64) is None
