"""The figures of the public ledger as a villager reads them, and the chart's drawing (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from complaints.results.publicledger import Bar, Figures
from complaints.results.suppression import LEAST

FEW = f"不到 {LEAST} 件"
UNTOLD = "件数少，不说"
_A_CHART, _STEP, _WIDE, _HIGH = 6, 54, 34, 116


@dataclass(frozen=True, kw_only=True)
class Told:
    """One figure: what it is, how many, and what belongs to it."""

    title: str
    figure: str
    detail: str = ""


def lines_of(told: Figures) -> list[Told]:
    """Return the figures, each with what it is a part of."""
    at_least = "" if told.is_exact else "至少 "
    lines = [
        Told(title="收到", figure=f"{at_least}{told.received} 件"),
        Told(title="办完", figure=f"{at_least}{told.finished} 件", detail=_finished(told)),
        Told(title="正在办", figure=open_of(told)),
        Told(title="超期没答复", figure=overdue_of(told)),
    ]
    if told.refused is not None:
        detail = f"不受理 {told.refused} 件"
        lines.insert(2, Told(title="办完的里面受理了", figure=f"{told.accepted} 件", detail=detail))
    if told.mean is None:
        return [
            *lines,
            Told(title="举报人评分", figure="还没有", detail=f"一处一年满 {LEAST} 人评了才算平均。"),
        ]
    detail = f"{told.rated} 人评，{told.unrated} 人没评。满分 5 分。"
    return [*lines, Told(title="举报人评分", figure=f"{told.mean} 分", detail=detail)]


def _finished(told: Figures) -> str:
    quiet = UNTOLD if told.quiet is None else f"{told.quiet} 件"
    return f"公布了结果的 {told.public} 件。不受理、并案和依法不公布的：{quiet}。"


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
    """Six months side by side, and the same in words, month by month."""

    bars: list[Drawn]
    lines: list[str]

    @property
    def words(self) -> str:
        """The text alternative."""
        return "；".join(self.lines)


def charts_of(bars: Sequence[Bar]) -> list[Chart]:
    """Return six months a chart, all on one scale."""
    highest = max((bar.total for bar in bars), default=0) or 1
    return [
        Chart(
            bars=[_drawn(place, bar, highest) for place, bar in enumerate(six)],
            lines=list(map(words_of, six)),
        )
        for six in (bars[start : start + _A_CHART] for start in range(0, len(bars), _A_CHART))
    ]


def words_of(bar: Bar) -> str:
    """Return one month in words."""
    working = FEW if bar.open is None else f"{' ' if bar.is_whole else '至少 '}{bar.open} 件"
    return f"{bar.year}年{bar.month}月：公布结果 {bar.public} 件，正在办{working}"


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
        label=f"{bar.total}{'' if bar.is_whole else '+'}" if bar.total else "",
        month=f"{bar.month}月",
    )
