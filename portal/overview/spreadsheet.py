"""Duties of a place as lines of a spreadsheet, handed out while they are read."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from portal.duties.models import Duty, DutyQuerySet, State
from portal.overview.listing import often

HEADINGS = (
    *("状态", "公开事项", "目录编码", "板块", "所属期起", "所属期止", "该由谁公开", "主体代码", "电话"),
    *("地方", "区划代码", "多久一次", "最迟哪天公开", "哪天公开的", "晚了几天", "过了几天", "公开批次"),
)
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CHUNK = 2000
# Lets spreadsheets read it as UTF-8.
_MARK = "\ufeff"


class _Echo:
    """Gives a written line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def lines(duties: DutyQuerySet, today: date) -> Iterator[str]:
    """Yield the file, line by line."""
    writer = csv.writer(_Echo())
    yield _MARK + writer.writerow(HEADINGS)
    for duty in _each(duties.with_names().order_by("-due_on", "-pk")):
        yield writer.writerow(cells(duty, today))


def _each(duties: DutyQuerySet) -> Iterator[Duty]:
    """Yield duties by key, so that a long download holds neither a cursor nor a transaction open."""
    beyond = Q()
    while True:
        batch = list(duties.filter(beyond)[:_CHUNK])
        yield from batch
        if len(batch) < _CHUNK:
            return
        last = batch[-1]
        beyond = Q(due_on__lt=last.due_on) | Q(due_on=last.due_on, pk__lt=last.pk)


def cells(duty: Duty, today: date) -> list[str]:
    """Return the cells of a duty, in the order of the headings."""
    is_over = duty.release_id is None and duty.due_on < today
    told = [
        State(duty.state_on(today)).label,
        duty.item.name,
        duty.item.code,
        duty.item.section,
        duty.start_on.isoformat(),
        date.fromordinal(duty.end_on.toordinal() - 1).isoformat(),
        duty.body.name,
        duty.body.code,
        duty.body.telephone,
        duty.region.full_name,
        duty.region.code,
        often(duty.item),
        duty.due_on.isoformat(),
        duty.met_on.isoformat() if duty.release_id and duty.met_on else "",
        str(duty.days_late) if duty.days_late else "",
        str(duty.days_over(today)) if is_over else "",
        str(duty.release_id or ""),
    ]
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in told]
