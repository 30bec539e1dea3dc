"""Standards as a villager reads them: rates, units, days, changes, a chart that starts at zero (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from funds.models import Programme, Standard, StandardType
from portal.columns.column import CellError
from portal.columns.due import DueMonth, DueRule
from portal.pages import words

MOST_BARS = 4
_BAR_HEIGHT = 120
_CENTS = 2


@dataclass(frozen=True, kw_only=True)
class Change:
    """How a standard stands to the one before it: state and words of its tag."""

    state: str
    word: str


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version in the history of a standard."""

    standard: Standard
    when: str
    rate: str
    change: Change
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar of the chart, in its own units: 0 at the bottom of 120."""

    x: int
    y: int
    height: int
    middle: int
    rate: str
    when: str
    is_current: bool


def change_of(standard: Standard, previous: Decimal | None, today: date) -> Change:
    """Return how a rate stands to the one before it."""
    if previous is None:
        return Change(state="none", word="第一次公开")
    difference = standard.rate - previous
    if difference == 0:
        return Change(state="ok", word="没变")
    than = "比去年" if standard.start_on.year == today.year else "比上一次"
    size = rate_words(abs(difference))
    if difference > 0:
        return Change(state="info", word=f"{than}多 {size} 元")
    return Change(state="warn", word=f"{than}少 {size} 元")


def rate_words(rate: Decimal) -> str:
    """Return a rate with at least two decimals and no idle zeros after them: 112.50, 124.9788302."""
    whole, _, decimals = f"{rate:,f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(_CENTS, '0')}"


def unit_words(standard: Standard) -> str:
    """Return what the rate is for, as people say it: 元一亩, 元一人一月."""
    if standard.type == StandardType.SHARE:
        return f"（比例，{standard.unit}）"
    parts = [part for part in standard.unit.replace("/", "·").split("·") if part]
    return "元" + "".join(f"一{part}" for part in parts)


def since_words(day: date) -> str:
    """Return 2026年1月起, with the day where it is not the first of a month."""
    return f"{day.year}年{day.month}月{'' if day.day == 1 else f'{day.day}日'}起"


def due_words(rule: str) -> str:
    """Return when it is due, as people say it: 每年6月30日前, 次月10日前; nothing where nobody said."""
    try:
        due = DueRule.parse(rule) if rule else None
    except CellError:
        return rule
    if due is None:
        return ""
    if due.kind is DueMonth.YEARLY:
        return f"每年{due.month}月{due.day}日前"
    return {
        DueMonth.SAME: f"每月{due.day}日前",
        DueMonth.NEXT: f"下个月{due.day}日前",
        DueMonth.QUARTER_END: f"每季度最后一个月{due.day}日前",
    }[due.kind]


def versions(history: Sequence[Standard], today: date) -> list[Version]:
    """Return a history for the table, newest first."""
    pairs = list(pairwise([None, *history]))
    return [
        Version(
            standard=one,
            when=_when(one),
            rate=rate_words(one.rate),
            change=_step(before, one),
            is_current=is_in_force(one, today),
        )
        for before, one in reversed(pairs)
        if one is not None
    ]


def _step(before: Standard | None, one: Standard) -> Change:
    if before is None:
        return Change(state="", word="第一次公开")
    difference = one.rate - before.rate
    if difference == 0:
        return Change(state="", word="没变")
    word = f"{'多' if difference > 0 else '少'} {rate_words(abs(difference))}"
    return Change(state="up" if difference > 0 else "dn", word=word)


def _when(standard: Standard) -> str:
    """Return the years a version holds: 2019年起, 2018年, 2020年到2022年; days where years do not do."""
    start, end = standard.start_on, standard.end_on
    whole_start = (start.month, start.day) == (1, 1)
    if end is None:
        return f"{start.year}年起" if whole_start else since_words(start)
    if not whole_start or (end.month, end.day) != (1, 1):
        last = date.fromordinal(end.toordinal() - 1)
        return f"{words.full_day(start)}到{words.full_day(last)}"
    return f"{start.year}年" if end.year == start.year + 1 else f"{start.year}年到{end.year - 1}年"


def bars(history: Sequence[Standard], today: date) -> list[Bar]:
    """Return the last versions as bars that start at zero; none for a single one."""
    shown = history[-MOST_BARS:]
    if len(shown) < 2:
        return []
    highest = max(one.rate for one in shown)
    step = 320 // len(shown)
    return [
        Bar(
            x=number * step + step // 8,
            y=160 - (height := _height(one.rate, highest)),
            height=height,
            middle=number * step + step // 2,
            rate=rate_words(one.rate).removesuffix(".00"),
            when=str(one.start_on.year),
            is_current=is_in_force(one, today),
        )
        for number, one in enumerate(shown)
    ]


def _height(rate: Decimal, highest: Decimal) -> int:
    return max(int(rate / highest * _BAR_HEIGHT), 1) if highest else 1


def bar_width(count: int) -> int:
    """Return the width of one of so many bars."""
    return 320 // count * 3 // 4


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One standard in force, as a line of the list."""

    standard: Standard
    rate: str
    unit: str
    detail: str
    change: Change


@dataclass(frozen=True, kw_only=True)
class Group:
    """The standards of one programme."""

    code: str
    name: str
    lines: Sequence[Listed]


def grouped(standards: Sequence[Standard], programmes: Mapping[str, Programme], today: date) -> list[Group]:
    """Return standards by programme, in their order."""
    lines: dict[str, list[Listed]] = {}
    for standard in standards:
        lines.setdefault(standard.programme_code, []).append(_listed(standard, today))
    return [
        Group(code=code, name=programmes[code].name if code in programmes else code, lines=own)
        for code, own in lines.items()
    ]


def _listed(standard: Standard, today: date) -> Listed:
    previous: Decimal | None = getattr(standard, "previous_rate", None)
    return Listed(
        standard=standard,
        rate=rate_words(standard.rate),
        unit=unit_words(standard),
        detail=" · ".join(filter(None, [since_words(standard.start_on), due_words(standard.due_rule)])),
        change=change_of(standard, previous, today),
    )


def is_in_force(standard: Standard, today: date) -> bool:
    """Return whether a standard holds on a day."""
    return standard.start_on <= today and (standard.end_on is None or standard.end_on > today)
