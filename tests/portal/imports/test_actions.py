from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from funds.models import Payment
from portal.findings.models import Warning  # noqa: A004 # the field's own word
from portal.imports import actions, processing, staging
from portal.imports.models import Upload, UploadState
from portal.imports.repairs import wrong_rows
from portal.imports.tasks import pick_up, process_upload, sweep
from portal.releases.errors import NotAllowedError, NotReadyError, WrongStateError
from portal.releases.models import Release, State
from tests.builders import body_of, make_cast, make_places, walk
from tests.portal.imports.uploads import identity, line, make_upload, processed, table
from tests.racing import race

pytestmark = pytest.mark.django_db


def _confirmed(upload: Upload) -> Upload:
    return actions.confirm(upload.pk, by=upload.by, at=timezone.now())


def _staged() -> list[Path]:
    folder = Path(settings.STAGING_DIR)
    return list(folder.iterdir()) if folder.is_dir() else []


def test_a_right_file_is_ready_with_its_totals() -> None:
    upload = processed(make_upload([line(1), line(2)]))
    assert (upload.state, upload.right_rows, str(upload.amount)) == (UploadState.READY, 2, "1395.00")
    assert not Release.objects.filter(item=upload.item).exists()


def test_a_confirmed_file_becomes_a_draft_with_its_warnings() -> None:
    upload = processed(make_upload([line(1), line(2, 补贴金额="600.00")]))
    upload = processed(_confirmed(upload))
    assert upload.state == UploadState.LOADED
    assert upload.release is not None
    assert (upload.release.state, upload.release.row_count) == (State.DRAFT, 2)
    assert Warning.objects.filter(release=upload.release, rule_code="payment-arithmetic").exists()


def test_a_second_click_and_a_second_task_load_once() -> None:
    upload = processed(make_upload([line(1)]))
    _confirmed(upload)
    _confirmed(upload)
    process_upload(str(upload.pk))
    process_upload(str(upload.pk))
    _confirmed(upload)
    assert Payment.objects.filter(release__item=upload.item).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_load_once() -> None:
    upload = processed(make_upload([line(1), line(2)]))
    _confirmed(upload)
    now = timezone.now()
    assert race([lambda: processing.process(upload.pk, now=now)] * 2) == [None, None]
    assert Upload.objects.get(pk=upload.pk).state == UploadState.LOADED
    assert Payment.objects.filter(release__item=upload.item).count() == 2


def test_a_claim_is_refused_while_another_worker_lives_and_taken_over_when_it_fell_silent() -> None:
    upload = make_upload([line(1)])
    now = timezone.now()
    assert processing.claim(upload.pk, now=now) is not None
    assert processing.claim(upload.pk, now=now + timedelta(seconds=30)) is None
    assert upload.pk not in processing.waiting(now + timedelta(seconds=30))
    assert upload.pk in processing.waiting(now + timedelta(seconds=90))
    assert processing.claim(upload.pk, now=now + timedelta(seconds=90)) is not None


def test_a_worker_that_comes_back_late_changes_nothing() -> None:
    upload = make_upload([line(1)])
    slow = processing.claim(upload.pk, now=timezone.now() - timedelta(minutes=5))
    assert slow is not None
    assert processed(upload).state == UploadState.READY
    with pytest.raises(processing.LostClaimError):
        processing._finish(slow, state=UploadState.FAILED)
    assert Upload.objects.get(pk=upload.pk).state == UploadState.READY


def test_a_file_that_kills_its_worker_every_time_is_given_up() -> None:
    upload = make_upload([line(1)])
    for minutes in (0, 5, 10):
        assert processing.claim(upload.pk, now=timezone.now() + timedelta(minutes=minutes)) is not None
    assert processing.claim(upload.pk, now=timezone.now() + timedelta(minutes=15)) is None
    upload.refresh_from_db()
    assert upload.state == UploadState.FAILED
    assert "manage.py load" in upload.failure


def test_without_a_broker_the_file_is_kept_and_the_sweep_takes_it_up(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    from celery import current_app

    def refuse(*_arguments: object, **_options: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(current_app, "send_task", refuse)
    upload = make_upload([line(1)])
    assert actions.wake(upload.pk) is False
    assert processing.waiting(timezone.now()) == [upload.pk]
    woken: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, arguments: woken.append(arguments[0]))
    assert pick_up() == 1
    assert woken == [str(upload.pk)]


def test_errors_are_kept_without_numbers_and_wrong_rows_only_sealed() -> None:
    wrong = identity(7)[:-1] + ("0" if identity(7)[-1] != "0" else "1")
    upload = processed(make_upload([line(1), line(2, 身份证号=wrong), line(3, 补贴金额="abc")]))
    assert (upload.state, upload.wrong_rows, upload.error_count) == (UploadState.REFUSED, 2, 2)
    assert [(error.row, error.column) for error in upload.row_errors] == [(3, "身份证号"), (4, "补贴金额")]
    assert wrong not in str(upload.errors)
    assert wrong[-4:] in upload.row_errors[0].value
    [excerpt] = wrong_rows(upload.sealed_name)
    assert sorted(excerpt.rows) == [3, 4]
    assert wrong in excerpt.rows[3]


def test_repairs_are_laid_over_the_file_and_checked_again() -> None:
    upload = processed(make_upload([line(1), line(2, 补贴金额="abc"), line(3, 姓名="")]))
    place = wrong_rows(upload.sealed_name)[0].fields.index("amount")
    actions.repair(upload.pk, {("", 3): {place: "697.50"}, ("", 4): None}, by=upload.by, at=timezone.now())
    upload = processed(upload)
    assert (upload.state, upload.right_rows, upload.repairs) == (UploadState.READY, 2, 2)
    upload = processed(_confirmed(upload))
    assert upload.release is not None
    assert upload.release.row_count == 2


def test_a_column_that_the_file_lacks_can_be_repaired() -> None:
    content = (
        table(line(1))
        .decode()
        .replace(",银行账号", "")
        .replace(",6217000000000000001", "")
        .replace(",6217000000000000001", "")
    )
    content = content.replace(",62170000000000" + "00001", "")
    upload = processed(make_upload(content.encode()))
    assert [error.column for error in upload.row_errors] == ["银行账号"]
    [excerpt] = wrong_rows(upload.sealed_name)
    place = len(excerpt.fields)
    changes = {("", excerpt.header_row): {place: "银行账号"}, ("", 2): {place: "6217000000000000009"}}
    actions.repair(upload.pk, changes, by=upload.by, at=timezone.now())
    assert processed(upload).state == UploadState.READY


def test_a_total_row_is_checked_against_the_repaired_rows() -> None:
    upload = processed(make_upload([line(1), line(2, 补贴金额="abc"), "合计,,,,,,,,1395.00,,"]))
    place = wrong_rows(upload.sealed_name)[0].fields.index("amount")
    actions.repair(upload.pk, {("", 3): {place: "697.50"}}, by=upload.by, at=timezone.now())
    assert processed(upload).state == UploadState.READY


def test_repairing_nothing_is_refused() -> None:
    upload = processed(make_upload([line(1, 补贴金额="abc")]))
    with pytest.raises(NotReadyError):
        actions.repair(upload.pk, {}, by=upload.by, at=timezone.now())


def test_the_same_file_of_another_clerk_is_named_at_the_check() -> None:
    first = processed(make_upload([line(1)]))
    processed(_confirmed(first))
    cast = make_cast()
    second = processed(make_upload([line(1)], by=cast.county_clerk))
    assert second.state == UploadState.REFUSED
    assert "李春花" in second.failure
    assert Release.objects.filter(item=first.item).count() == 1


def test_two_clerks_who_confirm_the_same_file_get_one_draft() -> None:
    cast = make_cast()
    first, second = (processed(make_upload([line(1)], by=by)) for by in (cast.clerk, cast.county_clerk))
    first, second = processed(_confirmed(first)), processed(_confirmed(second))
    assert (first.state, second.state) == (UploadState.LOADED, UploadState.REFUSED)
    assert "同一份文件已经由李春花导入过" in second.failure


def test_a_clerk_of_another_township_may_not_hand_a_file_in() -> None:
    cast = make_cast()
    before = set(_staged())
    with pytest.raises(NotAllowedError):
        make_upload([line(1)], by=cast.stranger)
    assert set(_staged()) == before
    assert not Upload.objects.exists()


@pytest.mark.parametrize("verb", [actions.confirm, actions.retry, actions.throw_away])
def test_nobody_else_acts_on_an_upload(verb: object) -> None:
    upload = processed(make_upload([line(1)]))
    cast = make_cast()
    for other in (cast.county_clerk, cast.stranger, cast.administrator):
        with pytest.raises(Upload.DoesNotExist):
            verb(upload.pk, by=other, at=timezone.now())  # type: ignore[operator]


def test_confirming_a_file_with_errors_is_refused() -> None:
    upload = processed(make_upload([line(1, 补贴金额="abc")]))
    with pytest.raises(WrongStateError):
        _confirmed(upload)


def test_a_correction_by_an_exported_file_without_reason_is_refused() -> None:
    upload = processed(_confirmed(processed(make_upload([line(1)]))))
    assert upload.release is not None
    with pytest.raises(WrongStateError):
        make_upload([line(1)], corrects=upload.release, reason="面积错了")
    published = walk(upload.release, State.PUBLISHED)
    with pytest.raises(NotReadyError):
        make_upload([line(1)], corrects=published)


def test_throwing_away_destroys_the_file_and_what_was_known_of_it() -> None:
    upload = processed(make_upload([line(1, 补贴金额="abc")]))
    name = upload.sealed_name
    actions.throw_away(upload.pk, by=upload.by, at=timezone.now())
    upload.refresh_from_db()
    assert (upload.state, upload.errors, upload.sealed_name) == (UploadState.DESTROYED, [], "")
    assert not [path for path in _staged() if path.name.startswith(name)]
    process_upload(str(upload.pk))
    assert Upload.objects.get(pk=upload.pk).state == UploadState.DESTROYED


def test_the_file_is_destroyed_once_its_draft_is_public() -> None:
    upload = processed(_confirmed(processed(make_upload([line(1)]))))
    assert upload.release is not None
    processing.sweep(timezone.now())
    upload.refresh_from_db()
    assert upload.state == UploadState.LOADED
    walk(upload.release, State.PUBLISHED)
    assert sweep() == 1
    assert sweep() == 0
    upload.refresh_from_db()
    assert upload.state == UploadState.DESTROYED
    assert upload.release is not None


def test_a_file_lives_seven_days() -> None:
    upload = make_upload([line(1)])
    assert processing.sweep(upload.created_at + timedelta(days=6)) == 0
    assert processing.sweep(upload.created_at + timedelta(days=7, minutes=1)) == 1


def test_discarding_the_draft_leaves_the_upload_and_destroys_its_file() -> None:
    from portal.releases.actions import discard

    upload = processed(_confirmed(processed(make_upload([line(1)]))))
    assert upload.release is not None
    discard(upload.release.pk, by=upload.by, at=timezone.now())
    assert processing.sweep(timezone.now()) == 1


def _bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook>" + b" " * 300_000_000 + b"</workbook>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG....", "图片"),
        ("姓名,日期\n张三,2026-01-01\n".encode(), "表头"),
        (b"PK\x03\x04 broken", "损坏"),
        (table(), "一行数据也没有"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(content: bytes, word: str) -> None:
    upload = processed(make_upload(content))
    assert upload.state == UploadState.REFUSED
    assert word in upload.failure
    assert upload.errors == []


def test_a_bomb_is_refused_and_the_worker_survives() -> None:
    upload = processed(make_upload(_bomb()))
    assert (upload.state, bool(upload.failure)) == (UploadState.REFUSED, True)
    assert processed(make_upload([line(1)])).state == UploadState.READY


def test_a_lost_file_fails_in_plain_words(caplog: pytest.LogCaptureFixture) -> None:
    upload = make_upload([line(1)])
    staging.destroy(upload.sealed_name)
    upload = processed(upload)
    assert upload.state == UploadState.FAILED
    assert str(upload.pk)[-8:] in upload.failure
    assert "FileNotFoundError" in caplog.text


def test_a_nil_return_is_loaded_without_rows() -> None:
    upload = processed(_confirmed(processed(make_upload(table(), is_nil=True))))
    assert upload.release is not None
    assert (upload.release.is_nil, upload.release.row_count) == (True, 0)


@pytest.mark.django_db(transaction=True)
def test_no_identity_number_stands_in_database_logs_or_data(caplog: pytest.LogCaptureFixture) -> None:
    from django.db import connections

    marker = identity(321)
    wrong = marker[:-1] + ("0" if marker[-1] != "0" else "1")
    rows = [
        line(1, 身份证号=marker),
        line(2, 身份证号=wrong, 备注=""),
        line(3, 补贴金额="abc", 身份证号=marker),
    ]
    upload = processed(make_upload(rows, file_name=f"{marker}.csv"))
    place = wrong_rows(upload.sealed_name)[0].fields.index("identity")
    amount = wrong_rows(upload.sealed_name)[0].fields.index("amount")
    changes = {("", 3): {place: identity(322)}, ("", 4): {amount: "697.50"}}
    actions.repair(upload.pk, changes, by=upload.by, at=timezone.now())
    upload = processed(_confirmed(processed(upload)))
    assert upload.state == UploadState.LOADED
    cursor = connections["owner"].cursor()
    cursor.execute(
        "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    everything = ""
    for (name,) in cursor.fetchall():
        cursor.execute(f'SELECT t::text FROM "{name}" t')
        everything += "\n".join(row[0] for row in cursor.fetchall())
    assert str(upload.pk) in everything
    data = b"".join(
        path.read_bytes()
        for path in Path(settings.DATA_DIR).rglob("*")
        if path.is_file() and "pg" not in str(path)
    )
    for number in (marker, wrong, identity(322)):
        assert number not in everything
        assert number not in everything.encode().hex()
        assert number.encode().hex() not in everything
        assert number.encode() not in data
        assert number not in caplog.text


def test_a_county_clerk_hands_in_for_a_village() -> None:
    cast = make_cast()
    village = body_of(make_places().dapu)
    upload = processed(make_upload([line(1, 村代码="")], by=cast.county_clerk, body=village))
    assert upload.state == UploadState.READY
