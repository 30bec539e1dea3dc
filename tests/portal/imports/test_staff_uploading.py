from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from funds.models import Payment
from portal.imports import actions
from portal.imports.models import Upload, UploadState
from portal.releases.models import Release, State
from tests.builders import body_of, make_cast, make_item, make_places, make_release, walk
from tests.portal.imports.uploads import ACCOUNT, identity, line, make_upload, processed, table

pytestmark = pytest.mark.django_db
ROOT = "/manage/imports/upload/"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def clerk(client: Client) -> Client:
    client.force_login(make_cast().clerk)
    return client


def _told(content: bytes = b"", **more: Any) -> dict[str, Any]:
    told = {
        "item": make_item().pk,
        "body": body_of(make_places().binjiang).pk,
        "period": "2026",
        "batch": "1",
        "stage": "paid",
        "file": SimpleUploadedFile("表.csv", content or table(line(1))),
    }
    return told | more


def _act(client: Client, upload: Upload, verb: str, **told: str) -> Any:
    return client.post(f"{ROOT}{upload.pk}/{verb}/", told, follow=True)


def _loaded(upload: Upload) -> Upload:
    actions.confirm(upload.pk, by=upload.by, at=timezone.now())
    return processed(upload)


def _page(client: Client, upload: Upload) -> str:
    return client.get(f"{ROOT}{upload.pk}/change/").content.decode()


def test_a_clerk_hands_in_a_file_confirms_it_and_finds_the_draft(clerk: Client) -> None:
    make_upload([line(9)])  # the programme is there
    response = clerk.post(f"{ROOT}add/", _told(expected="697.50"))
    upload = Upload.objects.latest("created_at")
    assert response.headers["Location"] == f"{ROOT}{upload.pk}/change/"
    assert processed(upload).state == UploadState.READY
    assert "确认导入 1 行" in _page(clerk, upload)
    _act(clerk, upload, "confirm")
    release = processed(upload).release
    assert release is not None
    page = clerk.get(f"{ROOT}{upload.pk}/change/", follow=True)
    assert page.redirect_chain[-1][0] == f"/manage/releases/release/{release.pk}/change/"
    assert "已经导入 1 行" in page.content.decode()


def test_an_upload_waits_with_a_page_that_refreshes_itself_without_script(clerk: Client) -> None:
    upload = make_upload([line(1)])
    page = _page(clerk, upload)
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert "文件已收好" in page
    assert clerk.get(f"{ROOT}{upload.pk}/progress/").json() == {
        "state": "queued",
        "rows": 0,
        "files": 0,
        "named": 0,
        "working": True,
    }


def test_without_a_worker_the_page_says_that_the_file_is_kept(clerk: Client) -> None:
    upload = make_upload([line(1)])
    Upload.objects.update(queued_at=timezone.now() - timedelta(minutes=1))
    assert "后台暂时没空，文件已收好，稍后自动继续" in _page(clerk, upload)


def test_the_preview_compares_with_the_allocation_document(clerk: Client) -> None:
    from decimal import Decimal

    upload = processed(make_upload([line(1)], expected=Decimal("700.00")))
    page = _page(clerk, upload)
    assert "697.50 元" in page
    assert "700.00 元" in page
    assert "−2.50 元" in page  # the portal's minus


def test_only_wrong_cells_are_fields_and_no_number_is_shown_in_full(clerk: Client) -> None:
    wrong = identity(7)[:-1] + ("0" if identity(7)[-1] != "0" else "1")
    upload = processed(make_upload([line(1), line(2, 身份证号=wrong), line(3, 补贴金额="697，50")]))
    page = _page(clerk, upload)
    assert "<title>有 2 处要改" in page
    assert len(re.findall(r'aria-invalid="true"', page)) == 2
    assert wrong not in page
    assert f'value="****{wrong[-4:]}"' in page
    assert 'aria-label="第 4 行补贴金额"' in page


def test_a_cell_is_repaired_on_the_page(clerk: Client) -> None:
    upload = processed(make_upload([line(1), line(2, 补贴金额="abc")]))
    _act(clerk, upload, "repair", **{"c~0~3~amount": "697.50"})
    assert processed(upload).state == UploadState.READY


@pytest.mark.parametrize(
    ("cell", "wrong", "right"),
    [
        ("amount", "1、125.00", "1125.00"),
        ("region", "大浦村村", "大浦村"),
        ("entry_type", "正常的", "正常"),
    ],
)
def test_a_suggestion_is_taken_by_its_button(cell: str, wrong: str, right: str, clerk: Client) -> None:
    header = {"amount": "补贴金额", "region": "村代码", "entry_type": "发放类型"}[cell]
    content = table(line(1), line(2, **{header: wrong}))
    if cell == "entry_type":
        first, *rest = content.decode().split()
        content = "\n".join([f"{first},发放类型", f"{rest[0]},正常", f"{rest[1]},{wrong}"]).encode()
    upload = processed(make_upload(content))
    assert f'name="take" value="c~0~3~{cell}={right}"' in _page(clerk, upload)
    _act(clerk, upload, "repair", **{f"c~0~3~{cell}": wrong, "take": f"c~0~3~{cell}={right}"})
    assert processed(upload).state == UploadState.READY


@pytest.mark.parametrize("wrong", ["697，5", "1万元", "-5", "12 34", "abc"])
def test_nothing_is_suggested_where_two_readings_are_possible(wrong: str, clerk: Client) -> None:
    upload = processed(make_upload([line(1), line(2, 补贴金额=wrong)]))
    assert upload.state == UploadState.REFUSED
    assert 'name="take"' not in _page(clerk, upload)


def test_a_number_shown_by_its_last_digits_is_changed_only_when_typed_anew(clerk: Client) -> None:
    wrong = identity(7)[:-1] + ("0" if identity(7)[-1] != "0" else "1")
    upload = processed(make_upload([line(1), line(2, 身份证号=wrong)]))
    page = _act(clerk, upload, "repair", **{"c~0~3~identity": f"****{wrong[-4:]}"})
    assert "一格也没有改" in page.content.decode()
    _act(clerk, upload, "repair", **{"c~0~3~identity": identity(7)})
    assert processed(upload).state == UploadState.READY


def test_a_wrong_row_is_left_out_by_its_tick(clerk: Client) -> None:
    upload = processed(make_upload([line(1), line(2, 补贴金额="abc")]))
    _act(clerk, upload, "repair", **{"d~0~3": "on", "c~0~3~amount": "1"})
    upload = processed(upload)
    assert (upload.state, upload.right_rows) == (UploadState.READY, 1)


def test_a_column_that_is_missing_in_the_file_is_filled_on_the_page(clerk: Client) -> None:
    rows = [part.rsplit(",", 1)[0] for part in table(line(1)).decode().splitlines()]
    upload = processed(make_upload("\n".join(rows).encode()))
    assert "第 2 行发放日期" in _page(clerk, upload)
    _act(clerk, upload, "repair", **{"c~0~2~paid_on": "2026-06-20"})
    assert processed(upload).state == UploadState.READY


@pytest.mark.parametrize(
    "told",
    [
        {"c~0~99~amount": "5"},
        {"c~9~3~amount": "5"},
        {"c~0~3~nothing": "5"},
        {"c~0~x~amount": "5"},
        {"c~0": "5", "d~0": "on", "take": "=", "c": ""},
        {"d~0~1": "on"},
    ],
)
def test_a_forged_repair_changes_nothing(told: dict[str, str], clerk: Client) -> None:
    upload = processed(make_upload([line(1), line(2, 补贴金额="abc")]))
    _act(clerk, upload, "repair", **told)
    upload.refresh_from_db()
    assert (upload.state, upload.repairs) == (UploadState.REFUSED, 0)


def test_the_marked_workbook_comes_from_memory_with_the_repairs_in_it(clerk: Client) -> None:
    upload = processed(make_upload([line(1), line(2, 补贴金额="abc"), line(3, 补贴金额="def")]))
    _act(clerk, upload, "repair", **{"c~0~3~amount": "697.50"})
    response = clerk.get(f"{ROOT}{processed(upload).pk}/marked/")
    assert "no-store" in response.headers["Cache-Control"]
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    amounts = [row[8].value for row in sheet.iter_rows(min_row=2)]
    assert amounts == [697.5, 697.5, "def"]


def test_many_wrong_rows_come_in_pages(clerk: Client) -> None:
    upload = processed(make_upload([line(number, 补贴金额="abc") for number in range(1, 121)]))
    assert "?from=50" in _page(clerk, upload)
    second = clerk.get(f"{ROOT}{upload.pk}/change/?from=100").content.decode()
    assert 'name="c~0~121~amount"' in second
    assert "看后面的" not in second


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"period": "2026-03"}, "每年公开一次"),
        ({"period": "soon"}, "所属期写法不对"),
        ({"period": "2099"}, "还没有到"),
        ({"expected": "1万元"}, "拨款文件金额"),
        ({"item": ""}, "请选公开哪一项"),
        ({"batch": "0"}, "第几批"),
        ({"file": ""}, "请选要导入的文件"),
    ],
)
def test_a_wrong_form_keeps_what_was_typed(wrong: dict[str, str], sentence: str, clerk: Client) -> None:
    response = clerk.post(f"{ROOT}add/", _told(b"", **({"expected": "123.45"} | wrong)))
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>有 1 处要改" in page
    assert sentence in page
    assert ("123.45" in page) or "expected" in wrong
    assert not Upload.objects.exists()


def test_a_file_too_large_for_memory_names_the_command(clerk: Client, settings: Settings) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 2000
    response = clerk.post(f"{ROOT}add/", _told(b"x" * 5000, expected="123.45"))
    page = response.content.decode()
    assert "manage.py load" in page
    assert "请选要导入的文件" not in page
    assert "123.45" in page


def test_an_empty_file_is_refused_by_its_own_sentence(clerk: Client) -> None:
    make_upload([line(9)])
    told = _told()
    told["file"] = SimpleUploadedFile("空.csv", b"")
    clerk.post(f"{ROOT}add/", told)
    upload = processed(Upload.objects.latest("created_at"))
    assert "文件是空的" in _page(clerk, upload)


def test_a_body_of_another_township_cannot_be_chosen(clerk: Client) -> None:
    response = clerk.post(f"{ROOT}add/", _told(body=body_of(make_places().xicun).pk))
    assert response.status_code == 422
    assert not Upload.objects.exists()


def test_others_get_the_answer_of_an_unknown_number(client: Client) -> None:
    upload = processed(make_upload([line(1, 补贴金额="abc")]))
    cast = make_cast()
    for user in (cast.county_clerk, cast.stranger, cast.administrator, cast.county_reviewer):
        client.force_login(user)
        for part in ("change/", "progress/", "marked/"):
            assert client.get(f"{ROOT}{upload.pk}/{part}").status_code == 404
        for verb in ("confirm", "repair", "retry", "discard"):
            assert client.post(f"{ROOT}{upload.pk}/{verb}/").status_code == 404
    assert Upload.objects.get(pk=upload.pk).state == UploadState.REFUSED


def test_only_clerks_find_the_pages(client: Client) -> None:
    for user in (make_cast().county_reviewer, make_cast().administrator, make_cast().inspector):
        client.force_login(user)
        for address in ("", "add/", "templates/", "draft/add/"):
            assert client.get(f"{ROOT}{address}").status_code == 403
        assert "导入" not in client.get("/manage/").content.decode()


def test_buttons_asked_for_by_get_do_nothing(clerk: Client) -> None:
    upload = processed(make_upload([line(1)]))
    for verb in ("confirm", "repair", "retry", "discard"):
        assert clerk.get(f"{ROOT}{upload.pk}/{verb}/").status_code == 302
    assert Upload.objects.get(pk=upload.pk).state == UploadState.READY


def test_a_destroyed_file_says_so(clerk: Client) -> None:
    upload = processed(make_upload([line(1, 补贴金额="abc")]))
    page = _act(clerk, upload, "discard").content.decode()
    assert "文件已经销毁" in page
    assert clerk.get(f"{ROOT}{upload.pk}/marked/").status_code == 404


def test_the_template_of_an_item_is_a_workbook_with_its_headers(clerk: Client) -> None:
    make_item()
    assert "耕地地力保护补贴" in clerk.get(f"{ROOT}templates/").content.decode()
    response = clerk.get(f"{ROOT}templates/MS-P02/")
    assert response.headers["Content-Type"] == SHEET
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    assert "姓名*" in [cell.value for cell in sheet[1]]
    assert clerk.get(f"{ROOT}templates/NO-SUCH/").status_code == 404


def _exported(client: Client, release: Release) -> openpyxl.Workbook:
    response = client.get(f"{ROOT}published/{release.pk}/export/")
    return openpyxl.load_workbook(io.BytesIO(response.content))


def _bytes_of(book: openpyxl.Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.fixture
def published() -> Release:
    upload = _loaded(processed(make_upload([line(1), line(2, 姓名="王小妹"), line(3, 姓名="张国强")])))
    assert upload.release is not None
    return walk(upload.release, State.PUBLISHED)


def _correct(client: Client, release: Release, content: bytes, reason: str = "面积登记有误") -> Upload | None:
    told = {"file": SimpleUploadedFile("改.xlsx", content), "reason": reason}
    client.post(f"{ROOT}published/{release.pk}/correct/", told)
    upload = Upload.objects.filter(corrects=release).first()
    return processed(upload) if upload else None


def test_an_export_locks_the_public_ids_and_shows_numbers_by_their_end(
    clerk: Client, published: Release
) -> None:
    sheet = _exported(clerk, published).worksheets[0]
    assert sheet.protection.sheet
    assert sheet["A1"].value == "公开编号"
    assert (sheet["A2"].protection.locked, sheet["B2"].protection.locked) == (True, False)
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert {row[0] for row in rows} == {str(pk) for pk in Payment.objects.values_list("pk", flat=True)}
    text = str(rows)
    assert "王小妹" in text
    assert f"****{identity(2)[-4:]}" in text
    assert identity(2) not in text
    assert ACCOUNT not in text


def test_an_export_handed_back_unchanged_corrects_nothing(clerk: Client, published: Release) -> None:
    upload = _correct(clerk, published, _bytes_of(_exported(clerk, published)))
    assert upload is not None
    assert upload.state == UploadState.REFUSED
    assert "没有一行要更正" in upload.failure


def test_an_edited_export_becomes_a_correction(clerk: Client, published: Release) -> None:
    book = _exported(clerk, published)
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    sheet.cell(2, titles.index("补贴金额") + 1).value = "700.00"
    for place in range(2, len(titles) + 1):
        sheet.cell(3, place).value = None
    upload = _correct(clerk, published, _bytes_of(book))
    assert upload is not None
    assert upload.state == UploadState.READY, upload.failure
    upload = _loaded(upload)
    assert upload.release is not None
    assert upload.release.corrects == published
    plans = list(upload.release.replacements.values_list("by_row_id", flat=True))
    assert len(plans) == 2
    assert plans.count(None) == 1
    assert any("改了 1 行" in note for note in upload.notes)


def test_a_correction_wants_its_reason(clerk: Client, published: Release) -> None:
    told = {"file": SimpleUploadedFile("改.xlsx", b"x"), "reason": " "}
    page = clerk.post(f"{ROOT}published/{published.pk}/correct/", told)
    assert (page.status_code, "更正要写明原因" in page.content.decode()) == (422, True)
    assert not Upload.objects.filter(corrects=published).exists()


def test_only_clerks_of_the_body_export(client: Client, published: Release) -> None:
    cast = make_cast()
    draft = make_release(state=State.DRAFT, period="2024")
    for user in (cast.stranger, cast.township_reviewer, cast.administrator, cast.inspector):
        client.force_login(user)
        for part in ("export", "correct"):
            assert client.get(f"{ROOT}published/{published.pk}/{part}/").status_code == 404
    client.force_login(cast.clerk)
    assert client.get(f"{ROOT}published/{draft.pk}/export/").status_code == 404
    assert client.get(f"{ROOT}published/{uuid4()}/export/").status_code == 404


def test_a_release_page_offers_what_a_clerk_can_do(clerk: Client, published: Release) -> None:
    page = clerk.get(f"/manage/releases/release/{published.pk}/change/").content.decode()
    assert "下载来更正" in page
    assert "交改好的表" in page
    draft = make_release(state=State.DRAFT, period="2024")
    page = clerk.get(f"/manage/releases/release/{draft.pk}/change/").content.decode()
    assert "录入和改动" in page


def test_a_file_is_never_written_in_clear(clerk: Client) -> None:
    make_upload([line(9)])
    clerk.post(f"{ROOT}add/", _told(table(line(55))))
    for path in Path(settings.STAGING_DIR).iterdir():
        assert identity(55).encode() not in path.read_bytes()
