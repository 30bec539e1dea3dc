"""Better or worse: of 100 things due each month, how many were not public in time; drawn from zero (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.duties.standing import Standing, months_before
from portal.overview.ranking import FAIR, GOOD

_MONTHS, _A_CHART = 12, 6
_STEP, _WIDE, _HIGH = 54, 34, 116
# A chart of ones and twos must not look like a disaster.
_LEAST_SCALE = 10


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One month as drawn; `failed` is None where nothing was due."""

    month: date
    failed: int | None
    at: int
    height: int

    @property
    def middle(self) -> int:
        """Where its label stands."""
        return self.at + _WIDE // 2

    @property
    def colour(self) -> str:
        """Green, amber or red."""
        kept = 100 - (self.failed or 0)
        return "#0a5843" if kept >= GOOD else "#f2b632" if kept >= FAIR else "#971b1b"

    @property
    def words(self) -> str:
        """The month in words."""
        told = "没有到期的" if self.failed is None else f"{self.failed} 项"
        return f"{self.month.year}年{self.month.month}月 {told}"


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Six months side by side."""

    bars: list[Bar]

    @property
    def words(self) -> str:
        """The text alternative."""
        return "；".join(bar.words for bar in self.bars)


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Twelve months, and in one sentence how they went."""

    charts: list[Chart]
    say: str


def trend_of(months: Mapping[date, Standing], today: date) -> Trend:
    """Return the last twelve months, the present one included as far as it went."""
    first = months_before(today, _MONTHS - 1).replace(day=1)
    days = [_later(first, number) for number in range(_MONTHS)]
    failed = [_failed(months.get(day, Standing())) for day in days]
    highest = max([_LEAST_SCALE, *(one for one in failed if one is not None)])
    bars = [
        Bar(
            month=day,
            failed=one,
            at=10 + number % _A_CHART * _STEP,
            height=(one or 0) * _HIGH // highest,
        )
        for number, (day, one) in enumerate(zip(days, failed, strict=True))
    ]
    charts = [Chart(bars=bars[at : at + _A_CHART]) for at in range(0, _MONTHS, _A_CHART)]
    return Trend(
        charts=[chart for chart in charts if any(bar.failed is not None for bar in chart.bars)],
        say=_say([one for one in failed if one is not None]),
    )


def _later(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def _failed(standing: Standing) -> int | None:
    return None if standing.punctuality is None else 100 - standing.punctuality


def _say(told: list[int]) -> str:
    if len(told) < 2:
        return ""
    first, last = told[0], told[-1]
    if first == last:
        return f"开头 {first} 项，现在还是 {last} 项。"
    return f"从 {first} 项{'降' if last < first else '升'}到 {last} 项。"
