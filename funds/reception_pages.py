"""The pages of a place's receptions: a year month by month and one by one; the places of a wider one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from funds import reception_books as books
from funds.asked import Asked
from funds.notices import notices_of
from funds.receptions import KIND
from portal.catalogue.models import Section as Board
from portal.columns.periods import Granularity, Period
from portal.pages import panels, totals, words
from portal.pages.asked import address, day_key_word
from portal.pages.errors import MissingError
from portal.pages.kept import Page
from portal.pages.regions import children_of, offices
from portal.pages.sections import SECTIONS
from portal.places.models import Level, Region

SLUG = "receptions"
# Places whose own office owes a list of every month, or says that there was nothing.
_OWING = frozenset({Level.TOWNSHIP, Level.VILLAGE})


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One year to choose."""

    href: str
    word: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class MonthBar:
    """One month of a year: its figure and bar, or what is to be said of it without one."""

    title: str
    href: str
    rows: int = 0
    money: words.Money | None = None
    width: int = 0
    is_missing: bool = False
    is_to_come: bool = False
    # Nothing is public, and nothing was to be.
    is_untold: bool = False


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place right below: its figures, that it declared there was nothing, or neither."""

    region: Region
    rows: int
    money: words.Money | None
    is_empty: bool


def make(region: Region, query: QueryDict) -> Page:
    """Return the page of a place's receptions for what its address asks."""
    path = f"{region.get_absolute_url()}{SLUG}/"
    asked = Asked.read(query, path=path)
    template, context = _choose(region, path, asked)
    return Page(
        template=f"funds/{template}",
        context={
            "region": region,
            "section": SECTIONS[SLUG],
            "tab": "",
            "path": path,
            "panels": panels.of_place(SLUG, region),
            "notices": notices_of(region, Board.OFFICIAL_SPENDING),
            **context,
        },
        path=path,
    )


def _choose(region: Region, path: str, asked: Asked) -> tuple[str, dict[str, Any]]:
    years = books.years(region)
    if asked.period and asked.year not in years:
        raise MissingError(
            f"{asked.year}年的接待还没公开",
            line="换一年再看。",
            href=path,
            word=f"看{region.short_name}的接待",
        )
    if not years:
        places = _places(region, timezone.localdate().year)
        if not any(place.rows or place.is_empty for place in places):
            return "receptions_none.html", {"offices": offices(region)}
        years = [timezone.localdate().year]
    year = asked.year or years[0]
    if asked.period and asked.period.granularity is Granularity.MONTH:
        return "receptions_month.html", _month(region, path, asked, asked.period)
    return "receptions.html", _year(region, path, asked, year, years)


def _figures(region: Region, amounts: list[Decimal | None]) -> list[words.Money | None]:
    """Return the amounts of one list: wide places' in one unit, the others' to the cent."""
    if region.level not in _OWING:
        return words.in_one_unit(amounts)
    return [None if one is None else words.Money(figure=words.yuan(one), unit="元") for one in amounts]


def _year(region: Region, path: str, asked: Asked, year: int, years: list[int]) -> dict[str, Any]:
    found = books.year_of(region, year, unit=asked.unit)
    period = Period.numbered(year, 1, Granularity.YEAR)
    if asked.unit and not found.rows:
        raise MissingError(f"{year}年没有这个单位的接待", href=path, word="看全部接待")
    rows = books.rows_of(region, period, unit=asked.unit)
    spoken = books.spoken_of(region)
    context: dict[str, Any] = {
        "year": year,
        "found": found,
        "money": _figures(region, [found.amount])[0],
        "chips": [
            Chip(href=address(path, period=str(one)), word=f"{one}年", is_current=one == year)
            for one in years
        ],
        "unit": asked.unit,
        "units": found.units[: books.MOST_UNITS],
        "months": _months(region, path, found, year, asked.unit, spoken),
        "is_declared": any(start.year == year for start, _ in spoken.periods),
        "offices": offices(region),
        "places": _places(region, year),
        "is_narrow": region.level in _OWING,
    }
    if region.level == Level.CITY:
        return context
    here = address(path, period=str(year), unit=asked.unit)
    return context | {"lacking": books.lacking(rows) if found.rows else 0} | _lines(rows, asked, here)


def _month(region: Region, path: str, asked: Asked, period: Period) -> dict[str, Any]:
    rows = books.rows_of(region, period, unit=asked.unit)
    months = books.year_of(region, period.start.year, unit=asked.unit).months
    month = months.get(period.start, books.Sums())
    here = address(path, period=period.label(), unit=asked.unit)
    is_spoken_of = books.spoken_of(region).covers(period.start)
    if not month.rows and not is_spoken_of:
        raise MissingError(
            f"{words.period(period.start, period.end)}的接待还没公开",
            line="换一个月再看。",
            href=path,
            word=f"看{region.short_name}的接待",
        )
    return {
        "period": words.period(period.start, period.end),
        "month": month,
        "unit": asked.unit,
        "money": _figures(region, [month.amount])[0],
        "up": address(path, period=str(period.start.year)),
        "lacking": books.lacking(rows) if month.rows else 0,
        "offices": offices(region),
        **_lines(rows, asked, here),
    }


def _lines(rows: Any, asked: Asked, here: str) -> dict[str, Any]:  # Any: a queryset of receptions
    found = books.page_of(rows, asked.after)
    if asked.after and not found:
        raise MissingError("后面没有了", line="这一年的看完了。", href=here, word="回到最前面")
    shown, rest = found[: books.PAGE], found[books.PAGE :]
    following = f"{here}&after={day_key_word((shown[-1].received_on, shown[-1].pk))}" if rest else ""
    return {"rows": shown, "first": here if asked.after else "", "next": following}


def _months(
    region: Region, path: str, found: books.Year, year: int, unit: str, spoken: books.Spoken
) -> list[MonthBar]:
    """Return the months of a year that are over, newest first, and those that show anything already.

    `spoken` are the periods that the place's own offices have published, and those they owe.
    """
    today = timezone.localdate()
    until = today.replace(day=1)
    told = (*spoken.periods, *spoken.owed)
    first = min([*(start for start, *_ in told), *found.months, until])
    largest = max((month.amount for month in found.months.values()), default=books.ZERO)
    period = Period.numbered(year, 1, Granularity.MONTH)
    figures = dict(
        zip(found.months, _figures(region, [m.amount for m in found.months.values()]), strict=True)
    )
    bars = []
    while period.start.year == year:
        start = period.start
        month = found.months.get(start)
        is_over = first <= start.replace(day=1) and period.end <= until
        if month or is_over:
            # One unit's silence says nothing of the place's, nor a place's of those above it.
            is_silent = not month and not spoken.covers(start) and not unit and region.level in _OWING
            due_on = spoken.due_on(start) if is_silent else None
            bars.append(
                MonthBar(
                    title=f"{start.month}月",
                    href=address(path, period=period.label(), unit=unit) if month else "",
                    rows=month.rows if month else 0,
                    money=figures.get(start),
                    width=_width(month.amount if month else books.ZERO, largest),
                    is_missing=due_on is not None and due_on < today,
                    is_to_come=due_on is not None and due_on >= today,
                    is_untold=is_silent and due_on is None,
                )
            )
        period = period.next()
    return bars[::-1]


def _width(amount: Decimal, largest: Decimal) -> int:
    return max(round(300 * amount / largest), 1) if amount > 0 and largest > 0 else 0


def _places(region: Region, year: int) -> list[Place]:
    """Return the places right below a wider one; three queries, none for a village."""
    if region.level == Level.VILLAGE:
        return []
    sums = totals.of_children(region, [KIND], year=year)
    children = children_of(region, sums)
    empty = books.declared_empty([child.region.pk for child in children], year)
    amounts = [sums[c.region.pk].amount if c.region.pk in sums else None for c in children]
    return [
        Place(
            region=child.region,
            rows=child.rows,
            money=figure,
            is_empty=child.region.pk in empty and not child.rows,
        )
        for child, figure in zip(children, _figures(region, amounts), strict=True)
    ]
