"""The figures of the public ledger as a villager reads them, and the chart's drawing (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from complaints.publicledger import Bar, Figures
from complaints.publicresults import Counted
from complaints.suppression import LEAST

FEW = f"不到 {LEAST} 件"
UNTOLD = "件数少，不说"
_A_CHART, _STEP, _WIDE, _HIGH = 6, 54, 34, 116

Pair = tuple[str, str]


def pairs_of(told: Figures, counted: Counted) -> list[Pair]:
    """Return the figures, each with what it is a part of."""
    at_least = "" if told.is_exact else "至少 "
    quiet = f"{told.quiet} 件" if told.quiet is not None else UNTOLD
    pairs = [
        ("收到", f"{at_least}{told.received} 件"),
        ("办完", f"{at_least}{told.finished} 件"),
        ("公布了结果", f"{told.public} 件"),
        ("不受理、并案、依法不公布", quiet),
    ]
    if told.refused is not None:
        pairs += [("办完的里面，受理了", f"{told.accepted} 件"), ("不受理", f"{told.refused} 件")]
    pairs += [("正在办", open_of(told)), ("超期没答复", overdue_of(told))]
    if counted.all:
        pairs.append(("按期办结", f"{counted.all} 个结果里 {counted.in_time} 个"))
        pairs.append(("重新办过的", f"{counted.all} 个结果里 {counted.again} 个"))
    if told.mean is None:
        return [*pairs, ("举报人评分", f"评的不到 {LEAST} 人，不算平均")]
    return [*pairs, ("举报人评分", f"{told.mean} 分（{told.rated} 人评，{told.unrated} 人没评，满分 5 分）")]


def open_of(told: Figures) -> str:
    """Return how many are being worked on, as far as it is told."""
    if told.is_exact:
        return f"{told.open} 件"
    return f"至少 {told.open} 件" if told.open else UNTOLD


def overdue_of(told: Figures) -> str:
    """Return how many are overdue, as far as it is told."""
    if told.overdue is None:
        return UNTOLD
    return f"{'' if told.is_overdue_exact else '至少 '}{told.overdue} 件"


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One bar as drawn: where it stands, both parts from the ground up, its label and its month."""

    at: int
    middle: int
    public: int
    open: int
    top: int
    label: str
    month: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Six months side by side, and the same in words."""

    bars: list[Drawn]
    words: str


def charts_of(bars: Sequence[Bar]) -> list[Chart]:
    """Return six months a chart, all on one scale; the last six where they are not a whole year."""
    highest = max((bar.total for bar in bars), default=0) or 1
    return [
        Chart(
            bars=[_drawn(place, bar, highest) for place, bar in enumerate(six)],
            words="；".join(map(words_of, six)),
        )
        for six in (bars[start : start + _A_CHART] for start in range(0, len(bars), _A_CHART))
    ]


def words_of(bar: Bar) -> str:
    """Return one month in words."""
    now = FEW if bar.open is None else f"{bar.open} 件"
    return (
        f"{bar.year}年{bar.month}月：公布结果 {bar.public} 件，正在办{'' if bar.open is None else ' '}{now}"
    )


def _drawn(place: int, bar: Bar, highest: int) -> Drawn:
    public = bar.public * _HIGH // highest
    working = (bar.open or 0) * _HIGH // highest
    at = 10 + place * _STEP
    return Drawn(
        at=at,
        middle=at + _WIDE // 2,
        public=public,
        open=working,
        top=public + working,
        label=f"{bar.total}{'+' if bar.open is None else ''}",
        month=f"{bar.month}月",
    )
