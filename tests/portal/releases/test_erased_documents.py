"""Documents go with an erasure: their bytes, wherever only these rows showed them; hashes and proofs stay."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from django.test import Client
from pytest_django import Settings

from portal.documents import actions as documents
from portal.documents import originals, store, sweeping
from portal.documents.models import Document
from portal.log import keyfile
from portal.log.models import Leaf
from portal.releases.actions.erasure import ask_erasure, decide_erasure
from portal.releases.errors import NotReadyError
from portal.releases.models import Attachment, Erasure, Ground, Release
from portal.releases.verification import verify
from tests.builders import NOW, make_cast
from tests.portal.log.keeping import Keeper, bend
from tests.refusals import execute, refused_by
from tests.villages.books import folder_of, line, picture, publish_books

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keeper(settings: Settings, tmp_path: Path) -> Keeper:
    for name in ("DOCUMENTS_DIR", "ORIGINALS_DIR", "INCOMING_DIR", "PAGES_DIR", "DATA_DIR"):
        setattr(settings, name, tmp_path / name.lower())
    settings.LOG_KEY = tmp_path / "log.key"
    keyfile.make_missing(settings.LOG_KEY, "ma.example.cn/log")
    return Keeper(settings.LOG_KEY)


@pytest.fixture
def release(keeper: Keeper, tmp_path: Path) -> Release:
    """A signed release of two rows: the first with two vouchers, the second with one of the two again."""
    files = folder_of(tmp_path, **{"发票.jpg": picture(), "张三收条.jpg": picture("收条")})
    (found,) = publish_books(
        line(附件="发票.jpg;张三收条.jpg"), line(凭证号="记-002", 附件="发票.jpg"), files=files
    )
    keeper.sign()
    return found


def _first(caption: str) -> Attachment:
    found = Attachment.objects.filter(caption=caption, erased_at=None).select_related("document")
    return found.order_by("pk")[0]


def _erase(*chosen: Attachment, groups: tuple[str, ...] = ("who",)) -> Erasure:
    asked = ask_erasure(
        chosen[0].release_id,
        {one.row_id for one in chosen},
        groups,
        ground=Ground.LAW,
        by=make_cast().clerk,
        at=NOW,
        documents=[one.pk for one in chosen],
    )
    return decide_erasure(asked.pk, by=make_cast().county_reviewer, at=NOW)


def _hashes(one: Attachment) -> list[str]:
    pages = one.document.pages.values_list("full_sha256", "preview_sha256", "thumb_sha256")
    return [bytes(digest).hex() for page in pages for digest in page]


def test_bytes_and_original_go_and_the_leaf_stays(release: Release, keeper: Keeper, client: Client) -> None:
    receipt = _first("receipt")
    gone, leaf = _hashes(receipt), bytes(receipt.leaf or b"")
    assert originals.path_of(receipt.document_id).exists()
    assert client.get(f"/doc/{receipt.pk}/1").status_code == 200
    _erase(receipt)
    keeper.sign()
    after = Attachment.objects.get(pk=receipt.pk)
    assert (after.name, after.erased_at, bytes(after.leaf or b"")) == ("", NOW, leaf)
    assert [store.read(one) for one in gone] == [None, None, None]
    assert not originals.path_of(receipt.document_id).exists()
    report = verify(full=True, at=NOW)
    assert report.difference is None
    told = json.loads(bytes(Leaf.objects.get(kind="erase").entry))
    assert told["docs"] == str(receipt.pk)
    row = client.get(f"/row/ledger/{receipt.row_id}/").content.decode()
    assert "这张票据已依法删除" in row
    assert str(receipt.pk) not in row
    assert "还缺" not in row
    for part in ("1", "1.webp", "1-m.webp", "1-s.webp"):
        answer = client.get(f"/doc/{receipt.pk}/{part}")
        assert (answer.status_code, "已依法删除" in answer.content.decode()) == (410, True), part


def test_equal_bytes_stay_for_the_other_row(release: Release, client: Client) -> None:
    here, there = Attachment.objects.filter(caption="invoice").order_by("pk")
    assert here.document_id == there.document_id
    _erase(here)
    assert client.get(f"/doc/{here.pk}/1").status_code == 410
    assert client.get(f"/doc/{there.pk}/1").status_code == 200
    assert all(store.read(one) for one in _hashes(there))
    assert originals.path_of(there.document_id).exists()
    assert verify(full=True, at=NOW).difference is None
    _erase(there)
    assert not any(store.read(one) for one in _hashes(there))
    assert verify(full=True, at=NOW).difference is None


def test_the_same_file_handed_in_again_is_made_anew(release: Release, tmp_path: Path) -> None:
    receipt = _first("receipt")
    county, original = receipt.document.county, bytes(receipt.document.original_sha256)
    assert documents.find(county, original) == receipt.document
    _erase(receipt)
    assert documents.find(county, original) is None


def test_what_a_redaction_was_made_of_goes_too(release: Release) -> None:
    receipt = _first("receipt")
    plain = Document.objects.create(
        county="360902",
        state="ready",
        original_sha256=bytes(32),
        media_type="image/jpeg",
        size=9,
        page_count=1,
        queued_at=NOW,
        created_at=NOW,
    )
    originals.put(plain.pk, [b"all of it"])
    bend("UPDATE documents_document SET redacts_id = %s WHERE id = %s", [plain.pk, receipt.document_id])
    _erase(receipt)
    assert not originals.path_of(plain.pk).exists()
    assert Document.objects.get(pk=plain.pk).erased_at == NOW


def test_what_a_crash_left_is_swept(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from portal.documents import erasing

    receipt = _first("receipt")
    monkeypatch.setattr(erasing, "destroy_files", lambda _documents: None)  # killed after COMMIT
    _erase(receipt)
    assert all(store.read(one) for one in _hashes(receipt))
    sweeping.sweep(timezone.now() + timedelta(hours=7))
    assert not any(store.read(one) for one in _hashes(receipt))
    assert not originals.path_of(receipt.document_id).exists()
    assert all(store.read(one) for one in _hashes(_first("invoice")))


def test_documents_of_other_rows_or_gone_already_are_refused(release: Release) -> None:
    here, there = Attachment.objects.filter(caption="invoice").order_by("pk")
    with pytest.raises(NotReadyError, match="不是这些行的"):
        ask_erasure(
            release.pk,
            [here.row_id],
            ["who"],
            ground=Ground.LAW,
            by=make_cast().clerk,
            at=NOW,
            documents=[there.pk],
        )
    _erase(here)
    with pytest.raises(NotReadyError, match="已经删了"):
        _erase(here)
    with pytest.raises(NotReadyError, match="最多"):
        ask_erasure(
            release.pk,
            [here.row_id],
            ["who"],
            ground=Ground.LAW,
            by=make_cast().clerk,
            at=NOW,
            documents=[UUID(int=number) for number in range(80)],
        )


def test_the_largest_erasure_fits_into_an_entry(release: Release) -> None:
    ids = ",".join([str(UUID(int=0))] * 80)
    assert len(ids) + 600 < 4096


def test_the_door_opens_for_decided_erasures_of_these_rows_only(release: Release) -> None:
    here, there = Attachment.objects.filter(caption="invoice").order_by("pk")
    told = {"ground": Ground.LAW, "asked_by": make_cast().clerk, "asked_at": NOW, "groups": ["who"]}
    asked = Erasure.objects.create(release=release, rows=[here.row_id], documents=[there.pk], **told)
    with pytest.raises(DatabaseError, match="not decided"), transaction.atomic():
        execute("SELECT releases_erase_documents(%s)", [asked.pk])
    Erasure.objects.filter(pk=asked.pk).update(decided_by=make_cast().county_reviewer, decided_at=NOW)
    with pytest.raises(DatabaseError, match="not every document"), transaction.atomic():
        execute("SELECT releases_erase_documents(%s)", [asked.pk])
    with refused_by("releases_erasure_stands"):
        Erasure.objects.filter(pk=asked.pk).update(documents=[here.pk])
    with pytest.raises(DatabaseError), transaction.atomic():
        Attachment.objects.filter(pk=here.pk).update(erased_at=NOW)


def test_an_erasure_of_documents_without_the_log_is_found(release: Release) -> None:
    here = _first("receipt")
    bend("UPDATE releases_attachment SET erased_at = now() WHERE id = %s", [here.pk])
    found = verify(full=True, at=NOW).difference
    assert found is not None
    assert (found.kind, found.id, found.field) == ("document", str(here.pk), "erased")


def test_values_that_came_back_are_found(release: Release) -> None:
    receipt = _first("receipt")
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT * FROM villages_ledgerentry WHERE id = %s", [receipt.row_id])
        before = cursor.fetchone()
        names = [column.name for column in cursor.description]
    told = {name: value for name, value in zip(names, before, strict=True) if name != "subject"}  # generated
    _erase(receipt)
    changes = ", ".join(f'"{name}" = %s' for name in told)
    bend(f"UPDATE villages_ledgerentry SET {changes} WHERE id = %s", [*told.values(), receipt.row_id])
    found = verify(full=True, at=NOW).difference
    assert found is not None
    assert (found.id, found.field) == (str(receipt.row_id), "seed")


def test_the_command_names_documents(release: Release) -> None:
    receipt = _first("receipt")
    told = ["erase", "ask", str(release.pk), str(receipt.row_id), "--groups", "who", "--ground", "ruling"]
    call_command(*told, "--documents", str(receipt.pk), "--as", "li")
    assert Erasure.objects.get().documents == [receipt.pk]
