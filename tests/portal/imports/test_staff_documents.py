"""Vouchers given beside a table: received sealed, judged by the worker, mended, attached at load."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django.fixtures import Settings

from portal.documents import sweeping
from portal.imports import actions
from portal.imports.models import Upload, UploadState
from portal.releases.models import Attachment, State
from tests.builders import body_of, make_cast, make_item, make_places, walk
from tests.portal.imports.uploads import processed
from tests.villages.books import line, picture
from tests.villages.drafting import as_csv, item_of

pytestmark = pytest.mark.django_db
ROOT = "/manage/imports/upload/"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"


@pytest.fixture(autouse=True)
def stores(settings: Settings, tmp_path: Path) -> None:
    for name in ("DOCUMENTS_DIR", "ORIGINALS_DIR", "INCOMING_DIR"):
        setattr(settings, name, tmp_path / name.lower())


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(make_cast().clerk)
    return client


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return stream.getvalue()


def named(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def hand_in(client: Client, *documents: SimpleUploadedFile, names: str, **more: Any) -> Any:
    """Send the import form with a ledger of one line that names files."""
    told: dict[str, Any] = {
        "item": item_of("ledger").pk,
        "body": body_of(make_places().dapu).pk,
        "period": "2026-06",
        "batch": "1",
        "stage": "paid",
        "opening": "10000",
        "file": named("账.csv", as_csv([line(附件=names)])),
        "documents": list(documents),
    }
    return client.post(f"{ROOT}add/", told | more)


def upload_of(client: Client, *documents: SimpleUploadedFile, names: str) -> Upload:
    assert hand_in(client, *documents, names=names).status_code == 302
    return processed(Upload.objects.latest("created_at"))


def page(client: Client, upload: Upload) -> str:
    return client.get(f"{ROOT}{upload.pk}/change/").content.decode()


def sealed() -> list[Path]:
    folder = Path(django_settings.INCOMING_DIR)
    return [path for path in folder.iterdir() if path.is_file()] if folder.exists() else []


@pytest.mark.parametrize("packed", [True, False])
def test_vouchers_beside_a_table_come_behind_its_rows(clerk: Client, packed: bool) -> None:
    files = {"发票.jpg": picture(), "别的.jpg": picture("别的")}
    given = [named("照片.zip", zipped(**files))] if packed else [named(*one) for one in files.items()]
    upload = upload_of(clerk, *given, names="发票.JPG;没有的.jpg")
    assert upload.state == UploadState.READY, (upload.failure, upload.errors)
    said = page(clerk, upload)
    assert "没有交来的文件有 1 个：没有的.jpg" in said
    assert "表里没有写的文件有 1 个，没有收：别的.jpg" in said
    clerk.post(f"{ROOT}{upload.pk}/confirm/")
    loaded = processed(upload)
    assert [one.name for one in Attachment.objects.filter(release=loaded.release)] == ["发票.JPG"]
    assert any("没有的.jpg" in note for note in loaded.notes)


def test_a_refused_file_is_an_error_at_its_row_and_a_better_one_mends_it(clerk: Client) -> None:
    upload = upload_of(clerk, named("发票.jpg", SVG), names="发票.jpg")
    assert (upload.state, upload.wrong_rows, upload.right_rows) == (UploadState.REFUSED, 1, 0)
    said = page(clerk, upload)
    assert "不收 SVG" in said
    assert 'aria-label="第 2 行附件"' in said
    better = {"documents": [named("发票.jpg", picture())]}
    clerk.post(f"{ROOT}{upload.pk}/documents/", better)
    assert processed(upload).state == UploadState.READY


def test_a_better_file_is_asked_for(clerk: Client) -> None:
    upload = upload_of(clerk, named("发票.jpg", SVG), names="发票.jpg")
    assert "一个文件也没有选" in clerk.post(f"{ROOT}{upload.pk}/documents/", follow=True).content.decode()


def test_nothing_rests_in_plain_text_and_all_is_destroyed_with_the_upload(clerk: Client) -> None:
    data = picture()
    upload = upload_of(clerk, named("发票.jpg", data), names="发票.jpg")
    assert len(sealed()) == 1  # the table has moved to its own folder
    assert data[200:260] not in sealed()[0].read_bytes()
    assert actions.held_files() == {path.name for path in sealed()}
    clerk.post(f"{ROOT}{upload.pk}/discard/")
    assert not sealed()
    assert actions.held_files() == set()


def test_a_sweep_leaves_what_waits_for_its_load(clerk: Client) -> None:
    upload = upload_of(clerk, named("发票.jpg", picture()), names="发票.jpg")
    sweeping.sweep(timezone.now() + timedelta(days=30))
    clerk.post(f"{ROOT}{upload.pk}/confirm/")
    assert processed(upload).state == UploadState.LOADED
    assert Attachment.objects.count() == 1


def test_without_a_broker_the_files_wait(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr("celery.current_app.send_task", lost)
    assert hand_in(clerk, named("发票.jpg", picture()), names="发票.jpg").status_code == 302
    upload = Upload.objects.get()
    assert upload.state == UploadState.QUEUED
    assert "张票据处理好了" in page(clerk, upload)
    assert processed(upload).state == UploadState.READY


def test_a_file_too_large_keeps_what_was_typed(clerk: Client, settings: Settings) -> None:
    settings.DOCUMENTS_MOST_BYTES = 2000
    answer = hand_in(clerk, named("大图.jpg", bytes(5000)), names="大图.jpg", opening="123.45")
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "大图.jpg 太大" in said
    assert 'value="123.45"' in said
    assert not Upload.objects.exists()
    assert not sealed()


def test_a_kind_without_files_refuses_them(clerk: Client) -> None:
    answer = hand_in(
        clerk, named("a.jpg", picture()), names="", item=make_item().pk, period="2026", opening=""
    )
    assert "没有附件这一列" in answer.content.decode()
    assert not sealed()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>.jpg", "../../etc/passwd", "a\u202egpj.exe"])
def test_hostile_names_are_shown_as_text_or_not_at_all(clerk: Client, name: str) -> None:
    upload = upload_of(
        clerk, named(name, picture()), named("b.zip", zipped(**{name: b"x"})), names="发票.jpg"
    )
    said = page(clerk, upload)
    assert "<script>alert" not in said
    assert "\u202e" not in said
    assert not Attachment.objects.exists()


def test_a_broken_zip_is_told(clerk: Client) -> None:
    upload = upload_of(clerk, named("照片.zip", b"PK\x03\x04 broken"), names="发票.jpg")
    assert (upload.state, "压缩包坏了" in upload.failure) == (UploadState.REFUSED, True)


def test_a_correction_may_change_nothing_but_a_voucher(clerk: Client) -> None:
    upload = upload_of(clerk, named("发票.jpg", picture()), names="发票.jpg")
    clerk.post(f"{ROOT}{upload.pk}/confirm/")
    release = processed(upload).release
    assert release is not None
    walk(release, State.PUBLISHED)
    book = clerk.get(f"{ROOT}published/{release.pk}/export/").content
    told = {
        "file": named("改.xlsx", book),
        "reason": "发票拍糊了",
        "documents": named("发票.jpg", picture("清楚")),
    }
    clerk.post(f"{ROOT}published/{release.pk}/correct/", told)
    correction = processed(Upload.objects.get(corrects=release))
    assert correction.state == UploadState.READY, (correction.failure, correction.errors)
    clerk.post(f"{ROOT}{correction.pk}/confirm/")
    draft = processed(correction).release
    assert draft is not None
    assert draft.replacements.count() == 1
    before, after = (Attachment.objects.get(release=one).document_id for one in (release, draft))
    assert before != after
