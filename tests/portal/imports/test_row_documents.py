"""The documents of one row: added, named and taken away in a draft; a public row gets a new version."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from portal.documents import processing
from portal.documents.models import Document
from portal.releases.actions import start_correction
from portal.releases.models import Attachment, Release, State
from tests.builders import NOW, make_cast, walk
from tests.villages.books import draft_books, line, picture
from villages.models import LedgerEntry

pytestmark = pytest.mark.django_db
ROOT = "/manage/imports/upload/"


@pytest.fixture(autouse=True)
def stores(settings: Settings, tmp_path: Path) -> None:
    for name in ("DOCUMENTS_DIR", "ORIGINALS_DIR", "INCOMING_DIR", "PAGES_DIR"):
        setattr(settings, name, tmp_path / name.lower())


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(make_cast().clerk)
    return client


@pytest.fixture
def draft() -> Release:
    (release,) = draft_books(line(), opening=Decimal(10000))
    return release


def url(release: Release, row: LedgerEntry | None = None) -> str:
    return f"{ROOT}draft/{release.pk}/{(row or LedgerEntry.objects.get()).pk}/documents/"


def send(client: Client, address: str, *files: tuple[str, bytes]) -> str:
    given = [SimpleUploadedFile(name, data) for name, data in files]
    page = client.post(address, {"documents": given}, follow=True).content.decode()
    for document in Document.objects.filter(state="waiting"):
        processing.process(document.pk, now=NOW)
    return page


def test_photos_of_one_name_are_all_kept_and_seen(clerk: Client, draft: Release) -> None:
    send(clerk, url(draft), ("image.jpg", picture()), ("image.jpg", picture("另一张")))
    assert [one.name for one in Attachment.objects.in_order()] == ["image.jpg", "image（2）.jpg"]
    page = clerk.get(url(draft)).content.decode()
    assert page.count("?size=thumb") == 2
    assert "票据<span" in clerk.get(f"{ROOT}draft/{draft.pk}/").content.decode()


def test_a_refused_file_says_why(clerk: Client, draft: Release) -> None:
    send(clerk, url(draft), ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"))
    assert "不收 SVG" in clerk.get(url(draft)).content.decode()


def test_too_large_and_nothing_are_told(clerk: Client, draft: Release, settings: Settings) -> None:
    assert "一个文件也没有选" in send(clerk, url(draft))
    settings.DOCUMENTS_MOST_BYTES = 2000
    assert "大.jpg 太大" in send(clerk, url(draft), ("大.jpg", bytes(5000)))


def test_a_caption_is_changed_and_a_document_taken_away(clerk: Client, draft: Release) -> None:
    send(clerk, url(draft), ("a.jpg", picture()))
    one = Attachment.objects.get()
    clerk.post(url(draft), {"attachment": str(one.pk), "caption": "contract"})
    assert Attachment.objects.get().caption == "contract"
    clerk.post(url(draft), {"attachment": str(one.pk), "remove": "1"})
    assert not Attachment.objects.exists()


def test_a_public_row_gets_a_new_version(clerk: Client, draft: Release) -> None:
    send(clerk, url(draft), ("a.jpg", picture()))
    old = LedgerEntry.objects.get()
    walk(draft, State.PUBLISHED)
    correction = start_correction(draft.pk, by=make_cast().clerk, reason="补票据")
    send(clerk, url(correction, old), ("b.jpg", picture("补的")))
    new = LedgerEntry.objects.exclude(pk=old.pk).get()
    names = {
        row: [one.name for one in Attachment.objects.filter(row_id=row).in_order()]
        for row in (old.pk, new.pk)
    }
    assert names == {old.pk: ["a.jpg"], new.pk: ["a.jpg", "b.jpg"]}
    assert correction.replacements.get().by_row_id == new.pk


def test_a_public_rows_document_is_taken_away_from_the_new_version_only(
    clerk: Client, draft: Release
) -> None:
    send(clerk, url(draft), ("a.jpg", picture()))
    old, one = LedgerEntry.objects.get(), Attachment.objects.get()
    walk(draft, State.PUBLISHED)
    correction = start_correction(draft.pk, by=make_cast().clerk, reason="票据错了")
    clerk.post(url(correction, old), {"attachment": str(one.pk), "remove": "1"})
    assert [left.pk for left in Attachment.objects.all()] == [one.pk]
    assert correction.replacements.count() == 1


def test_pictures_are_for_those_who_may_see_the_release(client: Client, draft: Release) -> None:
    cast = make_cast()
    client.force_login(cast.clerk)
    send(client, url(draft), ("a.jpg", picture()))
    address = f"{ROOT}picture/{draft.pk}/{Attachment.objects.get().pk}/1/"
    for user in (cast.clerk, cast.township_reviewer, cast.county_reviewer):
        client.force_login(user)
        answer = client.get(address)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert "sandbox" in answer["Content-Security-Policy"]
    for user in (cast.stranger, cast.administrator):
        client.force_login(user)
        assert client.get(address).status_code == 404
