"""The table: loaded whole, idempotent, refused where it says nonsense; the command; what doctor says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.doctor import examine
from portal.workdays.actions import CalendarFileError, load_calendar
from portal.workdays.arithmetic import Calendar
from portal.workdays.calendar import current, gaps
from portal.workdays.models import Kind, Workday
from tests.calendars import shipped

HEADER = "date,kind,holiday\n"


def _write(folder: Path, lines: str, *, header: str = HEADER) -> Path:
    file = folder / "list.csv"
    file.write_text(header + lines, encoding="utf-8")
    return file


@pytest.mark.django_db
def test_the_shipped_list_loads_whole_and_only_once() -> None:
    assert load_calendar() == 220
    assert load_calendar() == 0
    assert Workday.objects.filter(kind=Kind.MAKEUP).count() == 40
    assert current() == shipped()


@pytest.mark.django_db
def test_loading_asks_the_database_as_often_for_many_days_as_for_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(6):
        load_calendar()


@pytest.mark.django_db
def test_the_calendar_is_read_by_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    load_calendar()
    with django_assert_num_queries(1):
        calendar = current()
    assert calendar.is_workday(date(2026, 10, 10))
    assert not calendar.is_workday(date(2026, 10, 7))


@pytest.mark.django_db
def test_a_corrected_notice_replaces_its_own_days_and_no_others(tmp_path: Path) -> None:
    load_calendar()
    kept = "2027-01-01,off,元旦\n"
    load_calendar(_write(tmp_path, kept + "2026-12-31,off,元旦\n2027-10-01,放假,国庆节\n"))
    changed = load_calendar(_write(tmp_path, kept + "2027-10-01,放假,国庆\n2027-10-09,上班,国庆\n"))
    assert changed == 3  # one gone, one renamed, one new
    assert [str(day) for day in Workday.objects.filter(source__contains="2027")] == [
        "2027-01-01 元旦放假",
        "2027-10-01 国庆放假",
        "2027-10-09 国庆上班",
    ]
    assert Workday.objects.filter(source__contains="2026").count() == 39


@pytest.mark.django_db
def test_days_at_a_years_end_alone_do_not_make_it_known(tmp_path: Path) -> None:
    load_calendar(_write(tmp_path, "2026-12-31,off,元旦\n2027-01-01,off,元旦\n2027-10-01,off,国庆节\n"))
    assert current().years == frozenset({2027})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("2027-10-1,off,国庆节\n", "第 2 行的日期“2027-10-1”不对"),
        ("2027-10-01,off,国庆节\n2027-13-01,off,国庆节\n", "第 3 行"),
        ("2027-10-01,休息,国庆节\n", "“休息”不认识"),
        ("2027-10-01,off,\n", "没有写是哪个节"),
        ("2027-10-01\n", "不认识"),
        ("2027-10-08,上班,国庆节\n", "不是周末"),
        ("2027-10-01,off,国庆节\n2027-10-01,off,中秋\n", "写了两次"),
        ("", "一天也没有"),
    ],
)
def test_a_list_with_nonsense_changes_nothing(tmp_path: Path, lines: str, sentence: str) -> None:
    load_calendar()
    before = current()
    with pytest.raises(CalendarFileError, match=sentence):
        load_calendar(_write(tmp_path, lines))
    assert current() == before


@pytest.mark.django_db
def test_a_list_of_another_kind_or_coding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileError, match="第一行要有"):
        load_calendar(_write(tmp_path, "", header="day,type\n"))
    (tmp_path / "gbk.csv").write_bytes((HEADER + "2027-10-01,放假,国庆节\n").encode("gbk"))
    for file in (tmp_path / "gbk.csv", tmp_path / "absent.csv"):
        with pytest.raises(CalendarFileError, match="读不了"):
            load_calendar(file)


@pytest.mark.django_db
def test_a_list_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("\ufeff" + HEADER.replace("\n", "\r\n") + "2027-10-01,放假,国庆节\r\n", encoding="utf-8")
    assert load_calendar(file) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "constraint"),
    [
        (Workday(on=date(2026, 10, 1), kind="half", name="国庆节"), "workdays_workday_kind_known"),
        (Workday(on=date(2026, 10, 9), kind="makeup", name="国庆节"), "workdays_workday_makeup_is_weekend"),
    ],
)
def test_the_database_refuses_nonsense(day: Workday, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        day.save()


@pytest.mark.django_db
def test_the_command_loads_and_shows(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("workdays", "load")
    call_command("workdays", "show", "2024")
    said = capsys.readouterr().out
    assert "改了 220 天。有放假安排的年份：2021、2022、2023、2024、2025、2026。" in said
    assert "春节上班：2月4日\n春节放假：2月10日、" in said


@pytest.mark.django_db
def test_the_command_fails_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有 2027 年的放假安排"):
        call_command("workdays", "show", "2027")
    with pytest.raises(CommandError, match="一天也没有"):
        call_command("workdays", "load", str(_write(tmp_path, "")))


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2026, 11, 30), []),
        (date(2026, 12, 1), [2027]),
        (date(2026, 12, 31), [2027]),
        (date(2027, 1, 1), [2027]),
        (date(2027, 12, 1), [2027, 2028]),
    ],
)
def test_the_next_year_is_missed_from_december_on(today: date, missing: list[int]) -> None:
    assert gaps(Calendar(years=frozenset({2026})), today) == missing


@pytest.mark.django_db
def test_doctor_warns_of_a_year_without_data_and_not_otherwise() -> None:
    (note,) = (note for note in examine() if f"没有 {timezone.localdate().year} 年" in note.text)
    assert not note.is_fault
    year = timezone.localdate().year
    for known in (year, year + 1):
        Workday.objects.create(on=date(known, 10, 1), kind=Kind.HOLIDAY, name="国庆节", source="x")
    assert not [note for note in examine() if "放假安排" in note.text]
