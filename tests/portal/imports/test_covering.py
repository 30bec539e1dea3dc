"""Blacking out: the pixels are gone, the draft has the new document, and all of it can be undone."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image
from pytest_django.fixtures import Settings

from portal.documents import store
from portal.documents.models import Document
from portal.releases.actions import start_correction
from portal.releases.models import Attachment, Release, State
from tests.builders import make_cast, walk
from tests.villages.books import draft_books, folder_of, line, picture
from villages.models import LedgerEntry

pytestmark = pytest.mark.django_db
ROOT = "/manage/imports/upload/"
BOX = {"b1-left": "10", "b1-top": "10 ", "b1-width": "30%", "b1-height": "20.5"}


@pytest.fixture(autouse=True)
def stores(settings: Settings, tmp_path: Path) -> None:
    for name in ("DOCUMENTS_DIR", "ORIGINALS_DIR", "INCOMING_DIR", "PAGES_DIR"):
        setattr(settings, name, tmp_path / name.lower())


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(make_cast().clerk)
    return client


@pytest.fixture
def draft(tmp_path: Path) -> Release:
    files = folder_of(tmp_path, **{"a.jpg": picture()})
    (release,) = draft_books(line(附件="a.jpg"), files=files, opening=Decimal(10000))
    return release


def url(release: Release, one: Attachment | None = None) -> str:
    one = one or Attachment.objects.get()
    return f"{ROOT}draft/{release.pk}/{one.row_id}/documents/{one.pk}/cover/"


def colour(document: Document, left: float, top: float) -> tuple[int, ...]:
    page = document.pages.get(number=1)
    data = store.read(bytes(page.full_sha256).hex())
    assert data is not None
    with Image.open(io.BytesIO(data)) as image:
        found = image.convert("RGB").getpixel((int(left * page.width), int(top * page.height)))
    assert isinstance(found, tuple)
    return found


def test_the_page_says_why_and_shows_the_picture(clerk: Client, draft: Release) -> None:
    page = clerk.get(url(draft)).content.decode()
    assert "身份证号、银行卡号、住址、孩子的名字要涂掉" in page
    assert "<svg" in page


def test_a_preview_changes_nothing(clerk: Client, draft: Release) -> None:
    before = Attachment.objects.get().document
    page = clerk.post(url(draft), BOX | {"do": "preview"}).content.decode()
    assert "黑框 1 个" in page
    assert 'value="30%"' in page
    assert Attachment.objects.get().document == before


def test_what_is_covered_is_gone_and_comes_back_by_undoing(clerk: Client, draft: Release) -> None:
    before = Attachment.objects.get().document
    clerk.post(url(draft), BOX | {"do": "save"})
    covered = Attachment.objects.get().document
    assert covered.redacts == before
    assert max(colour(covered, 0.25, 0.2)) < 20
    assert min(colour(covered, 0.8, 0.6)) > 200
    clerk.post(url(draft), BOX | {"do": "save", "b1-left": "60"})
    clerk.post(url(draft), {"do": "undo"})
    assert Attachment.objects.get().document == before


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ({"b1-width": ""}, "四个数都要写"),
        ({"b1-left": "左"}, "四个数都要写"),
        ({"b1-left": "NaN"}, "四个数都要写"),
        ({"b1-left": "-3"}, "四个数都要写"),
        ({"b1-width": "0"}, "不在图上"),
        ({"b1-left": "100"}, "不在图上"),
    ],
)
def test_a_wrong_box_is_told_and_nothing_typed_is_lost(
    clerk: Client, draft: Release, box: dict[str, str], said: str
) -> None:
    answer = clerk.post(url(draft), BOX | box | {"do": "save"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert 'value="20.5"' in page
    assert Document.objects.count() == 1


def test_no_box_is_told(clerk: Client, draft: Release) -> None:
    assert "一处也没有遮盖" in clerk.post(url(draft), {"do": "save"}).content.decode()


def test_a_public_document_is_covered_in_a_new_version(clerk: Client, draft: Release) -> None:
    old = LedgerEntry.objects.get()
    walk(draft, State.PUBLISHED)
    one = Attachment.objects.get()
    correction = start_correction(draft.pk, by=make_cast().clerk, reason="身份证号没有涂")
    clerk.post(url(correction, one), BOX | {"do": "save"})
    new = Attachment.objects.exclude(pk=one.pk).get()
    assert new.document.redacts == one.document
    assert new.row_id != old.pk
    assert correction.replacements.get().by_row_id == new.row_id


def test_what_is_in_review_is_not_covered(clerk: Client, draft: Release) -> None:
    one = Attachment.objects.get()
    walk(draft, State.IN_REVIEW)
    clerk.post(url(draft, one), BOX | {"do": "save"})
    assert Attachment.objects.get().document == one.document


def test_another_rows_document_is_not_found(clerk: Client, draft: Release) -> None:
    one = Attachment.objects.get()
    (other,) = draft_books(line(凭证号="记-100"), period="2026-05", opening=Decimal(1))
    row = LedgerEntry.objects.get(release=other)
    address = f"{ROOT}draft/{other.pk}/{row.pk}/documents/{one.pk}/cover/"
    assert clerk.get(address).status_code == 404
