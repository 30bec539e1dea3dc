"""The ticket's page and what belongs to it: files, who reported, letters, openings, the quarter."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from complaints.desk import quarters, reviewing
from complaints.desk.letters import LETTERS, filled
from complaints.desk.naming import PlaceError, find_place
from complaints.desk.quarters import Quarter
from complaints.models import Entry, Reading, Refusal, SealedFile, Ticket
from complaints.results import publishing
from complaints.sealing import opening
from complaints.sealing.pieces import File
from complaints.tickets import acts
from tests.complaints.cases import (
    NOW,
    TODAY,
    Officers,
    make_report,
    to_published,
    to_verifying,
)
from tests.complaints.desks import open_desk, page
from tests.county import make_places

pytestmark = pytest.mark.django_db
PHOTO = File(name="图片1", media_type="image/webp", data=b"RIFF-a-picture")
SOUND = File(name="录音1", media_type="audio/mpeg", data=b"ID3-a-sound")


def test_a_reading_is_recorded_once_a_page(staff: Officers) -> None:
    ticket = make_report().ticket
    page(open_desk(staff.li), ticket)
    reading = Reading.objects.get()
    assert (reading.by, reading.part, reading.why) == (staff.li.user, "content", "办理")


def test_what_was_written_cannot_run(staff: Officers) -> None:
    ticket = make_report("<script>alert(1)</script>{{ 7|add:7 }}", whom="<b>村长</b>").ticket
    html = page(open_desk(staff.li), ticket)
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
    assert "<b>村长" not in html


def test_a_ticket_asks_as_much_with_many_pieces_as_with_few(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report(files=(PHOTO,) * 3).ticket)
    client = open_desk(staff.li)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            page(client, ticket)
        return len(found)

    asked()
    few = asked()
    for number in range(20):
        acts.note(staff.li, ticket.pk, text=f"第 {number} 次", now=NOW)
    assert asked() == few
    assert few <= 60


def files_of(staff: Officers) -> tuple[Client, Ticket, list[SealedFile]]:
    ticket = make_report(files=(PHOTO, SOUND)).ticket
    names = {one["name"]: one["id"] for one in opening.peek(staff.li, ticket).report.files}
    found = [SealedFile.objects.get(pk=names[name]) for name in ("图片1", "录音1")]
    return open_desk(staff.li), ticket, found


def test_a_picture_is_shown_in_a_sandbox_and_a_sound_is_only_saved(staff: Officers) -> None:
    client, ticket, (photo, sound) = files_of(staff)
    for file, data, kind, disposition in (
        (photo, PHOTO.data, "image/webp", "inline"),
        (sound, SOUND.data, "application/octet-stream", "attachment"),
    ):
        response = client.get(f"/desk/{ticket.pk}/file/{file.pk}/")
        assert response.content == data
        assert response.headers["Content-Type"] == kind
        assert response.headers["Content-Disposition"].startswith(disposition)
        assert response.headers["Content-Security-Policy"].startswith("sandbox")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
    assert Reading.objects.filter(part="file").count() == 2


def test_a_file_of_another_ticket_is_not_reached_through_ones_own(staff: Officers) -> None:
    client, ticket, (photo, _) = files_of(staff)
    other = make_report("另一件").ticket
    assert client.get(f"/desk/{other.pk}/file/{photo.pk}/").status_code == 404
    assert client.get(f"/desk/{ticket.pk}/file/{photo.pk}/").status_code == 200


def test_a_file_that_was_altered_is_not_shown(staff: Officers) -> None:
    from complaints.sealing.pieces import path_of

    client, ticket, (photo, _) = files_of(staff)
    path = path_of(photo.pk)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert client.get(f"/desk/{ticket.pk}/file/{photo.pk}/").status_code == 404


def test_name_and_telephone_stand_behind_a_reason(staff: Officers) -> None:
    ticket = make_report(name="王大妈", phone="13900000000").ticket
    client = open_desk(staff.li)
    assert "王大妈" not in page(client, ticket)
    for why in ("", "我想知道"):
        assert client.post(f"/desk/{ticket.pk}/identity/", {"why": why}).status_code == 302
    shown = client.post(f"/desk/{ticket.pk}/identity/", {"why": "核实情况"}).content.decode()
    assert "王大妈" in shown
    assert "13900000000" in shown
    assert Reading.objects.get(part="identity").why == "核实情况"
    assert "王大妈" not in page(client, ticket)


def test_an_officer_without_that_key_finds_no_name(staff: Officers) -> None:
    ticket = make_report(name="王大妈").ticket
    ticket.grants.filter(part="identity", key=staff.li.key).delete()
    response = open_desk(staff.li).post(f"/desk/{ticket.pk}/identity/", {"why": "核实情况"})
    assert response.status_code == 404
    assert not Reading.objects.filter(part="identity").exists()


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.code)
def test_a_letter_begins_with_what_the_ticket_knows(letter: object, staff: Officers) -> None:
    from complaints.desk.letters import Letter

    assert isinstance(letter, Letter)
    ticket = to_verifying(staff, make_report().ticket)
    text = filled(letter, ticket, today=TODAY)
    for known in (letter.title, ticket.number, "2026年11月9日", "袁州区纪委监委"):
        assert known in text
    assert "{" not in text


def test_a_letter_is_kept_sealed_and_printed(staff: Officers) -> None:
    ticket = to_verifying(staff, make_report().ticket)
    client = open_desk(staff.li)
    address = f"/desk/{ticket.pk}/letter/accept/"
    assert "受理告知书" in client.get(address).content.decode()
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "改过的告知书"}).status_code == 302
    entry = Entry.objects.get(kind="letter")
    assert "改过的告知书".encode() not in bytes(entry.box)
    assert not entry.is_for_reporter
    printed = client.get(f"/desk/{ticket.pk}/letter/{entry.pk}/print/").content.decode()
    assert "改过的告知书" in printed
    report = ticket.entries.get(kind="report")
    assert client.get(f"/desk/{ticket.pk}/letter/{report.pk}/print/").status_code == 404
    assert client.get(f"/desk/{ticket.pk}/letter/nothing/").status_code == 404


def test_openings_are_looked_over_by_somebody_else(staff: Officers) -> None:
    ticket = make_report(files=(PHOTO, PHOTO)).ticket
    opening.read(staff.li, ticket, why="办理", now=NOW)
    for file in ticket.files.all():
        opening.read_file(staff.li, file, now=NOW)
    wang = open_desk(staff.wang)
    html = wang.get("/desk/readings/").content.decode()
    assert "看了内容（办理）、看了 2 个文件" in html
    ids = ",".join(str(one.pk) for one in Reading.objects.all())
    own = open_desk(staff.li)
    own.post("/desk/readings/", {"id": ids})
    assert not Reading.objects.filter(reviewed_by__isnull=False).exists()
    wang.post("/desk/readings/", {"id": [ids, "x", "99999999"]})
    assert set(Reading.objects.values_list("reviewed_by", flat=True)) == {staff.wang.user.pk}
    assert "没有等您复核的" in wang.get("/desk/readings/").content.decode()


def test_nobody_looks_over_openings_of_a_ticket_that_is_not_theirs(staff: Officers) -> None:
    ticket = make_report(excluded=[staff.li.user.pk]).ticket
    reading = opening.record(ticket, part="content", by=staff.wang.user, why="办理", now=NOW)
    assert reviewing.review(staff.li.user, [reading.pk], now=NOW) == 0
    assert reviewing.review(staff.chief.user, [reading.pk], now=NOW) == 1


@pytest.mark.django_db(transaction=True)
def test_a_trace_that_was_altered_is_said_in_red(staff: Officers) -> None:
    from django.db import connections

    ticket = make_report().ticket
    opening.read(staff.li, ticket, why="办理", now=NOW)
    assert "没有被动过" in open_desk(staff.li).get("/desk/readings/").content.decode()
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE complaints_reading DISABLE TRIGGER complaints_reading_guard")
        cursor.execute("UPDATE complaints_reading SET why = '告知结果'")
        cursor.execute("ALTER TABLE complaints_reading ENABLE TRIGGER complaints_reading_guard")
    html = open_desk(staff.wang).get("/desk/readings/").content.decode()
    assert "有 1 件的阅看记录被动过" in html
    assert ticket.number in html
    assert ticket.number not in open_desk(staff.city_inspector).get("/desk/readings/").content.decode()


def test_a_quarter_counts_what_happened_in_it(staff: Officers) -> None:
    to_published(staff, make_report("一").ticket)
    refused = make_report("二").ticket
    acts.refuse(staff.li, refused.pk, reason=Refusal.IN_COURT, text="等判决", now=NOW)
    make_report("别的季度", today=date(2026, 9, 30))
    told = {
        f"{group}/{word}": figure
        for group, lines in quarters.figures(staff.li.user, Quarter(2026, 4))
        for word, figure in lines
    }
    assert told["收和办/收到"] == "2"
    assert told["收和办/受理"] == "1"
    assert told["收和办/其中按期办结"] == "1"
    assert told["不受理的原因/已经在法院或复议机关"] == "1"
    assert told["结论/属实已改"] == "1"
    assert told["钱（元）/追回"] == "12,600.00"
    assert told["公布的，按什么事/村级账目"] == "1"
    before = dict(quarters.figures(staff.li.user, Quarter(2026, 3))[0][1])
    assert before["收到"] == "1"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2024Q1", date(2024, 1, 1), date(2024, 3, 31)),
    ],
)
def test_a_quarter_has_its_days(text: str, first: date, last: date) -> None:
    quarter = Quarter.read(text)
    assert quarter
    assert (quarter.first, quarter.last, str(quarter)) == (first, last, text)
    assert str(Quarter(2026, 1).before) == "2025Q4"


@pytest.mark.parametrize("text", ["", "2026Q5", "2026", "Q1", "2026Q1x", "2026q1"])
def test_what_is_no_quarter_is_none(text: str) -> None:
    assert Quarter.read(text) is None


def test_the_workbook_says_for_whom_it_counts(staff: Officers) -> None:
    make_report()
    client = open_desk(staff.li)
    response = client.get("/desk/quarter/?q=2026Q4&as=xlsx")
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    assert sheet["A1"].value == "2026年第4季度举报办理情况"
    assert sheet["A2"].value == "只算李文能看的 1 件，不是全部。"
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("大浦村", "360902100204"),
        ("彬江镇大浦村", "360902100204"),
        ("宜春市袁州区彬江镇大浦村委会", "360902100204"),
        ("360902100204", "360902100204"),
        ("西村镇", "360902101000"),
        ("西村镇西村村", "360902101202"),
        ("袁州区", "360902000000"),
    ],
)
def test_a_place_is_found_as_people_write_it(words: str, code: str) -> None:
    assert find_place(words, make_places().county).code == code


@pytest.mark.parametrize("words", ["不存在村", "宜春市", "360900000000", "", "西村镇大浦村"])
def test_a_place_outside_or_unknown_is_not_found(words: str) -> None:
    with pytest.raises(PlaceError):
        find_place(words, make_places().county)


def test_a_published_result_is_the_one_that_was_previewed(staff: Officers) -> None:
    ticket = to_published(staff, make_report().ticket)
    draft = publishing.draft_of(staff.li, ticket)
    assert draft
    html = page(open_desk(staff.wang), ticket)
    for words in (draft.title, draft.measures, "袁州区彬江镇大浦村"):
        assert words in html


def test_the_staffs_first_page_says_how_many_wait(staff: Officers) -> None:
    make_report("只有我知道的事")
    client = Client()
    client.force_login(staff.li.user)
    page = client.get("/manage/").content.decode()
    assert "待受理 1 件" in page
    assert "只有我知道的事" not in page


def test_a_pages_title_tells_no_word_of_a_report(staff: Officers) -> None:
    ticket = make_report("只有我知道的事").ticket
    page = open_desk(staff.li).get(f"/desk/{ticket.pk}/").content.decode()
    assert f"<title>第 {ticket.number} 号 · 工作台</title>" in page
