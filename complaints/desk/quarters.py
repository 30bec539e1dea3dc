"""A quarter's figures over the tickets one officer can read: what came, what was decided, what came of it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.db.models import Count, QuerySet, Sum

from complaints.models import Event, Outcome, Refusal, Result, Ticket, Topic
from complaints.models.ticket import TRACKS
from portal.people.models import User

_MONTHS = 3
_SHAPE = re.compile(r"(20[0-9]{2})Q([1-4])")
Group = tuple[str, list[tuple[str, str]]]


@dataclass(frozen=True)
class Quarter:
    """One quarter of a year."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter of a day."""
        return cls(day.year, (day.month - 1) // _MONTHS + 1)

    @classmethod
    def read(cls, text: str) -> Quarter | None:
        """Return what `2026Q3` says."""
        match = _SHAPE.fullmatch(text)
        return cls(int(match[1]), int(match[2])) if match else None

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, (self.number - 1) * _MONTHS + 1, 1)

    @property
    def end(self) -> date:
        """The first day after it."""
        return date(self.year + self.number // 4, self.number * _MONTHS % 12 + 1, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return self.end - timedelta(days=1)

    @property
    def before(self) -> Quarter:
        """The quarter before."""
        return Quarter.of(self.first - timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def word(self) -> str:
        """What people read."""
        return f"{self.year}年第{self.number}季度"


def figures(user: User, quarter: Quarter) -> list[Group]:
    """Return the groups of a quarter's figures, counted by the day each thing happened."""
    tickets = Ticket.objects.readable_by(user)
    days = (quarter.first, quarter.last)
    events = Event.objects.filter(ticket__in=tickets, on__range=days)
    results = Result.objects.filter(ticket__in=tickets, published_on__range=days)
    received = tickets.filter(received_on__range=days)
    verbs = {row["verb"]: row["n"] for row in events.order_by().values("verb").annotate(n=Count("pk"))}
    sums = results.aggregate(n=Count("pk"), recovered=Sum("recovered"), returned=Sum("returned"))
    on_time = results.filter(was_in_time=True).count()
    return [
        (
            "收和办",
            [
                ("收到", str(received.count())),
                ("受理", str(verbs.get("accept", 0))),
                ("不受理", str(verbs.get("refuse", 0))),
                ("作出结论", str(verbs.get("conclude", 0))),
                ("公布结果", str(sums["n"])),
                ("其中按期办结", str(on_time)),
                ("重新办理", str(verbs.get("reopen", 0))),
                ("销号", str(verbs.get("write_off", 0) + verbs.get("seal_result", 0))),
            ],
        ),
        ("不受理的原因", _of_detail(events.filter(verb="refuse"), "reason", Refusal.choices)),
        ("结论", _of_detail(events.filter(verb="conclude"), "outcome", Outcome.choices)),
        (
            "钱（元）",
            [("追回", _yuan(sums["recovered"])), ("退还", _yuan(sums["returned"]))],
        ),
        ("收到的，按类别", _counted(received, "track", [*TRACKS, ("", "还没有定")])),
        ("公布的，按什么事", _counted(results, "topic", Topic.choices)),
    ]


def _of_detail(events: QuerySet[Event], name: str, choices: Any) -> list[tuple[str, str]]:
    return _counted(events, f"detail__{name}", choices)


def _counted(rows: QuerySet[Any], field: str, choices: Any) -> list[tuple[str, str]]:
    found = {row[field]: row["n"] for row in rows.order_by().values(field).annotate(n=Count("pk"))}
    return [(str(label), str(found.get(value, 0))) for value, label in choices]


def _yuan(amount: Decimal | None) -> str:
    return f"{amount or Decimal(0):,.2f}"


def workbook(groups: list[Group], *, title: str, note: str) -> bytes:
    """Return the figures as one sheet; every cell is text, so that nothing becomes a formula."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("季度报表")
    sheet.set_column(0, 0, 40)
    write: Callable[..., Any] = sheet.write_string
    write(0, 0, title, bold)
    write(1, 0, note)
    line = 3
    for group, lines in groups:
        write(line, 0, group, bold)
        for word, figure in lines:
            line += 1
            write(line, 0, word)
            write(line, 1, figure)
        line += 2
    book.close()
    return stream.getvalue()
