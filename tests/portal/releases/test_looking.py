"""The documents of a release: counted for the reviewer, opened one after another, remembered."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from portal.documents.models import Document
from portal.people.models import Role
from portal.releases.actions import return_to_clerk
from portal.releases.actions.attachments import change_document
from portal.releases.models import Attachment, Release, Seen, State
from portal.releases.staff.looking import vouchers
from tests.builders import NOW, body_of, make_cast, make_person, make_places, walk
from tests.villages.books import draft_books, folder_of, line, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stores(settings: Settings, tmp_path: Path) -> None:
    for name in ("DOCUMENTS_DIR", "ORIGINALS_DIR", "INCOMING_DIR", "PAGES_DIR"):
        setattr(settings, name, tmp_path / name.lower())


@pytest.fixture
def waiting(tmp_path: Path) -> Release:
    """Return a ledger in review at the township: two documents, one lost, two rows without any."""
    files = folder_of(tmp_path, **{"甲.jpg": picture("甲"), "乙.jpg": picture("乙")})
    (release,) = draft_books(
        line(附件="甲.jpg;乙.jpg;丙.jpg"),
        line(凭证号="记-002", 金额="20.00"),
        line(凭证号="记-003", 金额="90000.00", 摘要="修渠"),
        files=files,
        opening=Decimal(100000),
    )
    return walk(release, State.IN_REVIEW)


def first(release: Release) -> Attachment:
    found = release.attachments.in_order().first()
    assert found is not None
    return found


def page_of(release: Release) -> str:
    return f"/manage/releases/release/{release.pk}/change/"


def document_of(one: Attachment, number: str = "") -> str:
    return f"/manage/releases/release/{one.release_id}/documents/{one.pk}/{number}"


def test_rows_that_lack_documents_come_by_their_money(waiting: Release) -> None:
    told = vouchers(make_cast().township_reviewer, waiting)
    assert told is not None
    assert (told.rows, told.bare, told.documents) == (3, 2, 2)
    assert [(one.title, one.said, one.given) for one in told.thin] == [
        ("修渠", 0, 0),
        ("办公打印纸墨", 3, 2),
        ("办公打印纸墨", 0, 0),
    ]


def test_what_a_reviewer_opened_is_remembered_for_this_reviewer(client: Client, waiting: Release) -> None:
    cast = make_cast()
    client.force_login(cast.township_reviewer)
    assert "还有 2 份票据您没有打开过" in client.get(page_of(waiting)).content.decode()
    for _ in range(2):
        client.get(document_of(first(waiting)))
    page = client.get(page_of(waiting)).content.decode()
    assert "还有 1 份票据您没有打开过" in page
    assert "看过 " in page
    assert Seen.objects.get().user == cast.township_reviewer
    told = vouchers(cast.county_reviewer, waiting)
    assert told is not None
    assert told.unopened == 2


def test_documents_that_nobody_opened_keep_no_one_from_approving(client: Client, waiting: Release) -> None:
    client.force_login(make_cast().township_reviewer)
    told = {"level": waiting.review_level, "root": waiting.root_hex}
    client.post(f"/manage/releases/release/{waiting.pk}/approve/", told)
    assert Release.objects.get(pk=waiting.pk).review_level == "county"


def test_a_clerk_who_looks_leaves_no_mark(client: Client, waiting: Release) -> None:
    client.force_login(make_cast().clerk)
    assert client.get(document_of(first(waiting))).status_code == 200
    assert not Seen.objects.exists()


def test_another_document_in_its_place_is_unopened(client: Client, waiting: Release) -> None:
    cast = make_cast()
    client.force_login(cast.township_reviewer)
    client.get(document_of(first(waiting)))
    return_to_clerk(waiting.pk, by=cast.township_reviewer, at=NOW, reason="身份证号没有涂")
    other = Document.objects.exclude(pk=first(waiting).document_id).first()
    change_document(first(waiting).pk, by=cast.clerk, at=NOW, document=other)
    assert not Seen.objects.exists()


def test_a_document_leads_to_its_neighbours(client: Client, waiting: Release) -> None:
    client.force_login(make_cast().township_reviewer)
    one, two = waiting.attachments.in_order()
    page = client.get(document_of(one)).content.decode()
    assert "第 1 份，共 2 份" in page
    assert f'rel="next" href="{document_of(two)}"' in page
    assert 'rel="prev"' not in page
    assert f'rel="prev" href="{document_of(one)}"' in client.get(document_of(two)).content.decode()


@pytest.mark.parametrize("size", ["full", "preview", "thumb"])
def test_pictures_are_for_those_who_take_part_and_kept_by_nobody(
    client: Client, waiting: Release, size: str
) -> None:
    cast = make_cast()
    inspector = make_person("inspector-2", "陈纪检", Role.INSPECTOR, body_of(make_places().county))
    one = first(waiting)
    address = document_of(one, "1/") + f"?size={size}"
    for user in (cast.clerk, cast.township_reviewer, cast.county_reviewer):
        client.force_login(user)
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
        assert "no-store" in answer["Cache-Control"]
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for user in (cast.stranger, cast.administrator, inspector):
        client.force_login(user)
        assert client.get(address).status_code == 404
        assert client.get(document_of(one)).status_code == 404


def test_what_is_not_there_is_missing(client: Client, waiting: Release) -> None:
    client.force_login(make_cast().clerk)
    one = first(waiting)
    for address in (document_of(one, "9/"), document_of(one, "1/") + "?size=../../x"):
        assert client.get(address).status_code == 404
    one.pk = uuid4()
    assert client.get(document_of(one)).status_code == 404
