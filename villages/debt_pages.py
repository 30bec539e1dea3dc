"""The pages of debts among a place's books: a period of a village, one side of it, and wider places."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portal.columns.periods import Period
from portal.pages import words
from portal.pages.asked import address
from portal.pages.errors import MissingError
from portal.pages.regions import offices
from portal.places.models import Level, Region
from villages import debts
from villages.asked import DEBTS, Asked, after_word
from villages.models import DebtSide
from villages.subjects import DEBT_SIDES

CLAIMS, OWED = DebtSide.OWED_TO_VILLAGE.value, DebtSide.OWED_BY_VILLAGE.value


def choose(region: Region, path: str, asked: Asked) -> tuple[str, dict[str, Any]]:
    """Return template and context of a place's debts for what its address asks."""
    found = debts.periods_of(region)
    here = address(path, side=DEBTS)
    if asked.period and asked.period not in found:
        raise MissingError(
            f"{words.period(asked.period.start, asked.period.end)}的欠账还没公开",
            line="换一期再看。",
            href=here,
            word=f"看{region.short_name}最近的欠账",
        )
    if not found:
        nil = debts.nil_of(region) if region.level == Level.VILLAGE else None
        return "villages/debts_none.html", {"nil": nil, "offices": offices(region)}
    period = asked.period or found[0]
    context = {
        "period": words.period(period.start, period.end),
        "chips": [
            {
                "href": debts.debts_address(region, one),
                "word": words.period(one.start, one.end),
                "is_current": one == period,
            }
            for one in found[:8]
        ],
    }
    if region.level != Level.VILLAGE:
        return "villages/debts_places.html", context | _places(region, period)
    if asked.who:
        return "villages/debts_side.html", context | _one_side(region, period, asked, found)
    return "villages/debts.html", context | _village(region, period, found)


def _as_of(period: Period, found: list[Period]) -> date:
    """Return the day as of which debts are overdue: of an older list, its own end, for it knows no later."""
    return timezone.localdate() if period == found[0] else period.end


def _village(region: Region, period: Period, found: list[Period]) -> dict[str, Any]:
    rows = debts.rows_of(region, period)
    as_of = _as_of(period, found)
    sums = debts.sums_of(region, period, as_of)
    first = debts.first_of_each(rows)
    here = debts.debts_address(region, period)
    return {
        "sums": sums,
        "claims": sums[CLAIMS],
        "owed": sums[OWED],
        "sides": [
            {
                "sum": sums[side],
                "rows": first[side],
                "more": f"{here}&who={side}" if sums[side].listed > len(first[side]) else "",
            }
            for side in DEBT_SIDES
        ],
        "names_in_full": debts.names_in_full([*first[CLAIMS], *first[OWED]]),
        "is_newest": period == found[0],
        "as_of": as_of,
    }


def _one_side(region: Region, period: Period, asked: Asked, found: list[Period]) -> dict[str, Any]:
    rows = debts.rows_of(region, period)
    listed = debts.page_of(rows.filter(side=asked.who), asked.after)
    up = debts.debts_address(region, period)
    here = f"{up}&who={asked.who}"
    if not listed:
        raise MissingError("后面没有了", line="这一栏的看完了。", href=up, word="看这一期的欠账")
    shown, rest = listed[: debts.PAGE], listed[debts.PAGE :]
    last, as_of = shown[-1], _as_of(period, found)
    return {
        "up": up,
        "sum": debts.sums_of(region, period, as_of)[asked.who],
        "rows": shown,
        "names_in_full": debts.names_in_full(shown),
        "is_newest": period == found[0],
        "as_of": as_of,
        "first": here if asked.after else "",
        "next": f"{here}&after={after_word((last.end_on, last.position, last.pk))}" if rest else "",
    }


def _places(region: Region, period: Period) -> dict[str, Any]:
    sums = debts.wider_sums(region, period)
    below = debts.below(region, period)
    amounts: list[Decimal | None] = [sums.get(CLAIMS, debts.ZERO), sums.get(OWED, debts.ZERO)]
    for place in below:
        told = place.sums
        amounts += [told.get(side, debts.ZERO) if told else None for side in (CLAIMS, OWED)]
    figures = words.in_one_unit(amounts)
    return {
        "claims": figures[0],
        "owed": figures[1],
        "places": [
            {
                "region": place.region,
                "href": debts.debts_address(place.region, period if place.sums else None),
                "claims": figures[2 + 2 * at],
                "owed": figures[3 + 2 * at],
            }
            for at, place in enumerate(below)
        ],
        "published": sum(bool(place.sums) for place in below),
        "is_lowest": region.level == Level.TOWNSHIP,
    }
