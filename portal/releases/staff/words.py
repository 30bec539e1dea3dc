"""How staff pages name a release and its period."""

from __future__ import annotations

from datetime import date

from portal.columns.periods import Granularity, Period
from portal.places.models import Level
from portal.releases.models import Release, State


def period_word(start_on: date, end_on: date) -> str:
    """Return 2026年, 2026年上半年, 2026年第3季度, 2026年10月; the days where it is no such period."""
    try:
        period = Period.spanning(start_on, end_on)
    except ValueError:
        return f"{start_on}～{date.fromordinal(end_on.toordinal() - 1)}"
    number = (start_on.month - 1) // period.granularity.months + 1
    part = {
        Granularity.YEAR: "",
        Granularity.HALF: "上半年" if number == 1 else "下半年",
        Granularity.QUARTER: f"第{number}季度",
        Granularity.MONTH: f"{number}月",
    }
    return f"{start_on.year}年{part[period.granularity]}"


def title(release: Release) -> str:
    """Return item, period and batch, and whether it corrects another."""
    batch = f" 第 {release.batch} 批" if release.batch > 1 else ""
    correction = "（更正）" if release.is_correction else ""
    return f"{release.item.name} · {period_word(release.start_on, release.end_on)}{batch}{correction}"


def place(release: Release) -> str:
    """Return the body, with county and township before a village's name, which repeats."""
    region = release.body.region
    return region.place + release.body.name if region.level == Level.VILLAGE else release.body.name


def state_word(release: Release) -> str:
    """Return the state; in review with its level, a draft that came back as such."""
    if release.review_level:
        return f"{release.get_review_level_display()}在审"
    returned = release.state == State.DRAFT and release.round > 1
    return "退回来的" if returned else release.get_state_display()
