"""Disclosed rows for public eyes: lists by key, the values of one row, versions side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from portal.columns.cells import Place
from portal.columns.column import Column
from portal.pages import words
from portal.pages.asked import Range
from portal.pages.templatetags.money import plain
from portal.places.models import Region
from portal.releases.committed import WHO_ERASED
from portal.releases.models import DisclosedRow, NamesShown, Stage
from portal.releases.registry import Disclosure

PAGE = 20


def has_own_period(kind: Disclosure) -> bool:
    """Return whether each row says its period, or its release does."""
    return any(column.field == "period" for column in kind.columns)


def listed(
    kind: Disclosure,
    region: Region,
    *,
    subject: str,
    period: Range,
    posted: bool = False,
    after: tuple[Any, int] | None = None,
    most: int = PAGE,
) -> list[Any]:
    """Return the next public lines of one programme and period in a village, one more than a page.

    In the order of their lists; `after` is the release and position of the last line seen. Lines of
    which only sums are public are left out.
    """
    prefix = "" if has_own_period(kind) else "release__"
    conditions: dict[str, date | str] = {f"{prefix}start_on": period[0], f"{prefix}end_on": period[1]}
    if kind.subject:
        conditions[kind.subject] = subject
    rows = (
        kind.model._default_manager.listed()
        .filter(region=region, release__stage=Stage.POSTED if posted else Stage.PAID, **conditions)
        .select_related("release")
        .order_by("release_id", "position")
    )
    if after is not None:
        release, position = after
        rows = rows.filter(Q(release_id__gt=release) | Q(release_id=release, position__gt=position))
    return list(rows[: most + 1])


@dataclass(frozen=True, kw_only=True)
class Value:
    """A public value of a row: what it is, and how it reads."""

    label: str
    text: str


def values(kind: Disclosure, row: DisclosedRow) -> list[Value]:
    """Return what the public may see of a row, in the order of its columns.

    Blank ones are left out, and so is the code of the subject: the page's heading says its name.
    """
    subject = next((column.header for column in kind.columns if column.field == kind.subject), "")
    return [value for value in _all_values(kind, row) if value.text and value.label != subject]


def _all_values(kind: Disclosure, row: DisclosedRow) -> list[Value]:
    return [
        Value(label=_label(column), text=_text(kind, row, column.field))
        for column in kind.columns
        if column.public
    ]


def _label(column: Column) -> str:
    """Return the header without what only a form needs: 村代码 is shown as a name."""
    return "哪里" if isinstance(column.cell, Place) else column.header


def _text(kind: Disclosure, row: DisclosedRow, field: str) -> str:
    if field == "period":
        return words.period(row.start_on, row.end_on)  # type: ignore[attr-defined]  # rows with a period
    if field == "region":
        return row.region.full_name
    if hasattr(type(row), f"{field}_public"):
        return str(getattr(row, f"{field}_public")) or _gone_name(kind, row, field)
    if field in kind.private:
        return ""
    display = getattr(row, f"get_{field}_display", None)
    return _plain(display() if display else getattr(row, field, ""), is_money=field == kind.amount)


def _gone_name(kind: Disclosure, row: DisclosedRow, field: str) -> str:
    """Say that a name's time in public is over, where the row surely had one."""
    if row.release.names != NamesShown.EXPIRED or kind.name_field != f"{field}_public":
        return ""
    had_one = kind.column(field).required or (kind.organisations and getattr(row, kind.organisations[0]))
    return NamesShown.EXPIRED.label if had_one else ""


def _plain(value: object, *, is_money: bool) -> str:
    match value:
        case None | "":
            return ""
        case bool():
            return "是" if value else "否"
        case Decimal():
            return f"{words.yuan(value)} 元" if is_money else plain(value)
        case datetime() | date():
            return words.full_day(value)
        case _:
            return str(value)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One value before and after."""

    label: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


def side_by_side(kind: Disclosure, old: DisclosedRow, new: DisclosedRow) -> list[Change]:
    """Return every value of two versions that either of them has."""
    columns = [column for column in kind.columns if column.public]
    pairs = zip(columns, _all_values(kind, old), _all_values(kind, new), strict=True)
    return [
        Change(
            label=before.label,
            before=before.text or _erased(column, old),
            after=after.text or _erased(column, new),
        )
        for column, before, after in pairs
        if before.text or after.text
    ]


def _erased(column: Column, row: DisclosedRow) -> str:
    """Say that a value went by law: beside the other version a blank would read as a change."""
    is_gone = column.group == "who" and row.erased & WHO_ERASED
    return "已依法删除" if is_gone else ""


def changed(changes: Iterable[Change]) -> Sequence[Change]:
    """Return only what differs."""
    return [change for change in changes if change.is_changed]
