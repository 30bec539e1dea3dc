"""Verification: what the public log says of results and of reports received against what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from complaints.models import Inbox, Result
from complaints.results import inbox, publishing
from portal.log.models import Leaf
from portal.record.tree import root_of
from portal.record.verifying import entry_of
from portal.releases.verification import DifferenceError

_LAST = 1000


def check(full: bool) -> None:  # noqa: FBT001 # a hook's one fact
    """Compare every result and every week with its entry, or only the newest thousand of each.

    Raises:
        DifferenceError: the first that differs, by kind, id and field.
    """
    check_results(full=full)
    check_weeks(full=full)


def check_results(*, full: bool) -> None:
    """Compare published results with the log, both ways."""
    for result, field in publishing.differences(newest=None if full else _LAST):
        raise DifferenceError("result", result.pk, field, "和公开日志里记的不一样", index=result.index)
    for index, told in _entries("result", full=full):
        named = told.get("result", "")
        if str(Result.objects.filter(index=index).values_list("pk", flat=True).first()) != named:
            raise DifferenceError("result", named, "id", "日志里公布过，现在不见了", index=index)


def check_weeks(*, full: bool) -> None:
    """Compare the weeks' numbers and roots with the log, and every report with its leaf."""
    for index, told in _entries("inbox", full=full):
        week = Inbox.objects.filter(index=index).first()
        if week is None:
            raise DifferenceError("inbox", told.get("week", ""), "id", "日志里记过，现在不见了", index=index)
        _compare("inbox", str(week.week_on), inbox.stated(week), told, index)
        _check_leaves(week)
    unknown = Inbox.objects.exclude(index__in=Leaf.objects.filter(kind="inbox").values("idx")).first()
    if unknown is not None:
        raise DifferenceError("inbox", unknown.week_on, "log", "没有记进公开日志", index=unknown.index)


def _check_leaves(week: Inbox) -> None:
    stored = list(week.leaves.order_by("position").values_list("ticket", "leaf"))
    found = inbox.leaves_of([ticket for ticket, _ in stored])
    for ticket, leaf in stored:
        if found.get(ticket) != bytes(leaf):
            raise DifferenceError("inbox", ticket, "leaf", "收到的内容不见了或改过", index=week.index)
    if len(stored) != week.count or root_of(bytes(leaf) for _, leaf in stored) != bytes(week.root):
        raise DifferenceError(
            "inbox", week.week_on, "root", "和各件算出来的不一样，有的加了或少了", index=week.index
        )


def _entries(kind: str, *, full: bool) -> Iterator[tuple[int, dict[str, str]]]:
    found = Leaf.objects.filter(kind=kind).order_by("-idx").values_list("idx", "entry")
    for index, entry in (found if full else found[:_LAST]).iterator(_LAST):
        yield index, entry_of(bytes(entry)) or {}


def _compare(
    kind: str, found_id: str, stored: Mapping[str, str], told: Mapping[str, str], index: int
) -> None:
    for field in sorted({*stored, *told} - {"v", "at"}):
        if stored.get(field) != told.get(field):
            raise DifferenceError(kind, found_id, field, "和公开日志里记的不一样", index=index)
