"""The documents of one row: added, named and taken away in a draft; a public row gets a new version."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from kombu.exceptions import OperationalError
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from portal.documents import processing
from portal.documents.models import Document
from portal.findings.actions import run_rules
from portal.findings.models import Warning  # noqa: A004 # the field's own word
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
    assert clerk.get(f"{ROOT}draft/{draft.pk}/").content.decode().count("?size=thumb") == 2


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


def test_a_second_click_keeps_one(clerk: Client, draft: Release) -> None:
    send(clerk, url(draft), ("a.jpg", picture()), ("a.jpg", picture()))
    assert "已经有了" in send(clerk, url(draft), ("b.jpg", picture()))
    assert Attachment.objects.count() == 1


def test_a_second_click_in_a_correction_makes_one_version(clerk: Client, draft: Release) -> None:
    old = LedgerEntry.objects.get()
    walk(draft, State.PUBLISHED)
    correction = start_correction(draft.pk, by=make_cast().clerk, reason="补票据")
    for _ in range(2):
        send(clerk, url(correction, old), ("b.jpg", picture("补的")))
    assert LedgerEntry.objects.count() == 2
    assert Attachment.objects.count() == 1


def test_documents_are_put_in_order(clerk: Client, draft: Release) -> None:
    send(clerk, url(draft), *((f"{name}.jpg", picture(name)) for name in "abc"))
    last = Attachment.objects.get(name="c.jpg")
    clerk.post(url(draft), {"attachment": str(last.pk), "move": "up", "caption": "voucher"})
    assert [one.name for one in Attachment.objects.in_order()] == ["a.jpg", "c.jpg", "b.jpg"]
    for _ in range(2):
        clerk.post(url(draft), {"attachment": str(last.pk), "move": "up"})
    assert [one.name for one in Attachment.objects.in_order()] == ["c.jpg", "a.jpg", "b.jpg"]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "<script>alert(1)</script>.jpg", "a\u202egpj.exe", "x" * 300]
)
def test_a_hostile_name_is_harmless(clerk: Client, draft: Release, name: str) -> None:
    send(clerk, url(draft), (name, picture()))
    page = clerk.get(url(draft)).content.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert Attachment.objects.get().document.state == "ready"


def test_without_a_broker_a_photo_waits(
    clerk: Client,
    draft: Release,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def lost(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr("celery.current_app.send_task", lost)
    with django_capture_on_commit_callbacks(execute=True):
        clerk.post(url(draft), {"documents": [SimpleUploadedFile("a.jpg", picture())]})
    assert "已经收好，不用再交" in clerk.get(url(draft)).content.decode()
    (document,) = processing.waiting(NOW)
    processing.process(document, now=NOW)
    assert Document.objects.get().state == "ready"


def test_a_file_for_a_name_that_the_row_tells(clerk: Client) -> None:
    (draft,) = draft_books(line(附件="发票.jpg;明细.jpg"), opening=Decimal(10000))
    assert "表里写了“明细.jpg”，还没有" in clerk.get(url(draft)).content.decode()
    clerk.post(url(draft), {"lost-1": SimpleUploadedFile("IMG_0001.jpg", picture())})
    assert Attachment.objects.get().name == "明细.jpg"
    assert "表里写了“明细.jpg”，还没有" not in clerk.get(url(draft)).content.decode()


def test_a_row_is_typed_with_its_photo(clerk: Client, draft: Release) -> None:
    cells = {
        "region": "360902100204",
        "happened_on": "2026-06-20",
        "voucher_no": "记-009",
        "direction": "收入",
        "account": "租金收入",
        "summary": "旧村部房租",
        "counterparty": "王小芳",
        "amount": "5600",
    }
    address = f"{ROOT}draft/{draft.pk}/add/"
    photo = [SimpleUploadedFile("a.jpg", picture())]
    wrong = clerk.post(address, cells | {"amount": "很多", "documents": photo})
    assert wrong.status_code == 422
    assert "选过的照片要再选一次" in wrong.content.decode()
    assert not Document.objects.exists()
    clerk.post(address, cells | {"camera": SimpleUploadedFile("image.jpg", picture())})
    assert Attachment.objects.get().row_id == LedgerEntry.objects.get(voucher_no="记-009").pk


def test_a_row_is_changed_with_a_photo_and_keeps_it(clerk: Client, draft: Release) -> None:
    row = LedgerEntry.objects.get()
    address = f"{ROOT}draft/{draft.pk}/{row.pk}/"
    page = clerk.get(address).content.decode()
    told = dict(re.findall(r'<input id="([a-z_]+)" name="[a-z_]+" value="([^"]*)"', page))
    told |= {"region": "360902100204", "direction": "支出", "summary": "打印纸"}
    told["documents"] = [SimpleUploadedFile("a.jpg", picture())]
    assert clerk.post(address, told).status_code == 302
    changed = LedgerEntry.objects.get()
    assert changed.summary == "打印纸"
    assert Attachment.objects.get().row_id == changed.pk


def test_a_zip_is_matched_by_its_names(clerk: Client) -> None:
    rows = line(附件="发票.jpg"), line(凭证号="记-002", 附件="没有.jpg")
    (draft,) = draft_books(*rows, opening=Decimal(10000))
    address = f"{ROOT}draft/{draft.pk}/documents/"
    assert "2 行，2 个文件" in clerk.get(address).content.decode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("六月/发票.JPG", picture())
        made.writestr("六月/别的.jpg", picture("别的"))
    page = clerk.post(address, {"documents": [SimpleUploadedFile("六月.zip", stream.getvalue())]})
    told = page.content.decode()
    assert "对上了 1 个文件" in told
    assert "别的.jpg" in told
    assert "没有.jpg" in told
    assert Attachment.objects.get().name == "发票.jpg"
    again = clerk.post(address, {"documents": [SimpleUploadedFile("六月.zip", stream.getvalue())]})
    assert "对上了 0 个文件" in again.content.decode()
    assert Attachment.objects.count() == 1


def test_a_zip_that_is_none_is_told(clerk: Client) -> None:
    (draft,) = draft_books(line(附件="发票.jpg"), opening=Decimal(10000))
    address = f"{ROOT}draft/{draft.pk}/documents/"
    page = clerk.post(address, {"documents": [SimpleUploadedFile("六月.zip", b"no zip")]})
    assert "压缩包坏了" in page.content.decode()


def test_public_rows_that_lack_files_get_them_in_a_correction(clerk: Client) -> None:
    (draft,) = draft_books(line(附件="发票.jpg"), opening=Decimal(10000))
    old = LedgerEntry.objects.get()
    walk(draft, State.PUBLISHED)
    correction = start_correction(draft.pk, by=make_cast().clerk, reason="补票据")
    given = [SimpleUploadedFile("发票.jpg", picture())]
    clerk.post(f"{ROOT}draft/{correction.pk}/documents/", {"documents": given})
    new = LedgerEntry.objects.exclude(pk=old.pk).get()
    assert Attachment.objects.get().row_id == new.pk
    assert (new.version, new.first_id) == (2, old.pk)


def test_a_file_that_is_named_and_not_there_is_asked_about(clerk: Client) -> None:
    (draft,) = draft_books(line(附件="发票.jpg;明细.jpg"), opening=Decimal(10000))
    run_rules(draft)
    asked = Warning.objects.filter(rule_code="ledger-lost-files")
    assert asked.get().facts["names"] == "发票.jpg、明细.jpg"
    clerk.post(url(draft), {"lost-0": SimpleUploadedFile("1.jpg", picture())})
    assert asked.get().facts["names"] == "明细.jpg"
    clerk.post(url(draft), {"lost-1": SimpleUploadedFile("2.jpg", picture("2"))})
    assert not asked.exists()


def test_a_photo_answers_for_a_large_expense_without_a_name(clerk: Client) -> None:
    (draft,) = draft_books(line(金额="90000.00"), opening=Decimal(100000))
    run_rules(draft)
    asked = Warning.objects.filter(rule_code="ledger-no-voucher")
    assert asked.exists()
    send(clerk, url(draft), ("a.jpg", picture()))
    assert not asked.exists()
