"""Verbs on the calendar: load a notice, or several, from a list."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from django.db import transaction

from portal.workdays.models import Kind, Workday

SHIPPED_LIST = Path(__file__).parent / "data" / "holidays.csv"
_COLUMNS = ("date", "kind", "holiday")
_KINDS = {
    "off": Kind.HOLIDAY,
    "make-up work": Kind.MAKEUP,
    "放假": Kind.HOLIDAY,
    "上班": Kind.MAKEUP,
}
_NEW_YEAR = "元旦"
_SATURDAY = 5


class CalendarFileError(Exception):
    """The list cannot be read; the text says where, and what to do."""


@transaction.atomic
def load_calendar(path: Path | None = None) -> int:
    """Make the table say what a `date,kind,holiday` list says; return how many days changed.

    A list holds whole notices of the State Council: a day that the table has from one of them and the
    list has no longer is taken out, other notices stay as they are. Loaded twice, it changes nothing.

    Raises:
        CalendarFileError: the list cannot be read; nothing was changed.
    """
    wanted = {day.on: day for day in _read(path or SHIPPED_LIST)}
    # Two operators at once: the second waits, then compares with what the first wrote.
    present = {day.on: day for day in Workday.objects.select_for_update().order_by("on")}
    sources = {day.source for day in wanted.values()}
    gone = [day.pk for on, day in present.items() if on not in wanted and day.source in sources]
    changed = [day for on, day in wanted.items() if on not in present or _facts(present[on]) != _facts(day)]
    Workday.objects.filter(pk__in=gone).delete()
    Workday.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["on"], update_fields=["kind", "name", "source"]
    )
    return len(gone) + len(changed)


def _facts(day: Workday) -> tuple[str, str, str]:
    return str(day.kind), day.name, day.source


def _read(path: Path) -> list[Workday]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if not set(_COLUMNS) <= set(reader.fieldnames or ()):
                raise CalendarFileError(f"{path.name} 第一行要有这几列：{'、'.join(_COLUMNS)}。")
            days = [_day(row, reader.line_num) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CalendarFileError(f"读不了 {path.name}。请确认文件在，并另存为 UTF-8 的 csv。") from error
    _refuse_repeated(days)
    return days


def _day(row: dict[str, str | None], line: int) -> Workday:
    text, kind, name = ((row[column] or "").strip() for column in _COLUMNS)
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise CalendarFileError(f"第 {line} 行的日期“{text}”不对，请写成 2026-10-01。") from None
    if kind not in _KINDS:
        raise CalendarFileError(f"第 {line} 行的“{kind}”不认识，请写 放假 或 上班。")
    if not name:
        raise CalendarFileError(f"第 {line} 行没有写是哪个节。")
    if _KINDS[kind] is Kind.MAKEUP and on.weekday() < _SATURDAY:
        raise CalendarFileError(f"第 {line} 行的 {text} 不是周末，本来就上班。请核对日期。")
    return Workday(on=on, kind=_KINDS[kind], name=name, source=_notice(on, name))


def _notice(on: date, name: str) -> str:
    """Name the notice: days around New Year that lie in December belong to the next year's."""
    year = on.year + (name == _NEW_YEAR and on.month == 12)
    return f"国务院办公厅关于{year}年部分节假日安排的通知"


def _refuse_repeated(days: list[Workday]) -> None:
    if not days:
        raise CalendarFileError("表里一天也没有。")
    seen: set[date] = set()
    for day in days:
        if day.on in seen:
            raise CalendarFileError(f"{day.on.isoformat()} 写了两次，请只留一行。")
        seen.add(day.on)
