"""The pages of a village's books: a month, one side of it, a year; and the places of a wider one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from portal.columns.periods import Granularity, Period
from portal.pages import panels, words
from portal.pages.asked import address
from portal.pages.errors import MissingError
from portal.pages.kept import Page
from portal.pages.regions import offices
from portal.pages.sections import SECTIONS
from portal.places.models import Level, Region
from villages import books, lines
from villages.asked import PASSING, Asked, after_word
from villages.books import Month
from villages.models import Balance, CounterpartyType, Direction, LedgerEntry

_LEADS = {Direction.OUT.value: 6, Direction.IN.value: 3}
_SIDES = {Direction.OUT.value: "花出", Direction.IN.value: "进账", PASSING: "别人的钱，只是过手"}


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One month or year to choose."""

    href: str
    word: str
    is_current: bool = False


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a month: its lines as far as shown, how many there are, where the others stand."""

    name: str
    title: str
    rows: list[LedgerEntry]
    count: int
    more: str = ""
    # How many of the first lines show a small picture: twelve requests are a page's budget.
    leads: int = 0

    @property
    def names_in_full(self) -> bool:
        """Whether a line names a private person in full: then no search engine should keep the page."""
        return any(
            row.counterparty_type == CounterpartyType.PERSON
            and row.counterparty_public
            and "*" not in row.counterparty_public
            for row in self.rows
        )


def make(region: Region, query: QueryDict) -> Page:
    """Return the page of a place's books for what its address asks."""
    path = f"{region.get_absolute_url()}ledger/"
    asked = Asked.read(query, path=path)
    accounts = books.accounts_of(region) if region.level == Level.VILLAGE else []
    found = books.months(region, accounts)
    template, context = _choose(region, path, asked, found, accounts)
    return Page(
        template=f"villages/{template}",
        context={
            "region": region,
            "section": SECTIONS["ledger"],
            "tab": "ledger",
            "path": path,
            "panels": panels.of_place("ledger", region),
            **context,
        },
        path=path,
    )


def newest_month(region: Region, _row: object) -> dict[str, Any]:
    """Return the newest month of a village's books for its first page."""
    found = books.months(region, books.accounts_of(region))
    if not found:
        return {}
    month = found[-1]
    return {
        "month": month,
        "href": address(f"{region.get_absolute_url()}ledger/", period=month.period.label()),
    }


def _choose(
    region: Region, path: str, asked: Asked, found: list[Month], accounts: list[Balance]
) -> tuple[str, dict[str, Any]]:
    if not found:
        if asked.period:
            raise _nothing(region, path, asked.period)
        return "ledger_none.html", {"offices": offices(region)}
    period = asked.period or found[-1].period
    if not any(period.contains(month.start_on) for month in found):
        raise _nothing(region, path, period)
    if region.level != Level.VILLAGE:
        return "ledger_places.html", _places(region, path, found, period)
    if period.granularity is Granularity.YEAR:
        return "ledger_year.html", _year(path, found, period)
    month = next(month for month in found if month.start_on == period.start)
    if asked.side:
        return "ledger_side.html", _one_side(region, path, month, asked)
    standing = books.standing_at(accounts, month.period)
    return "ledger_month.html", _month(region, path, found, month) | {
        "accounts": standing,
        "accounts_total": sum((account.closing for account in standing), Decimal(0)),
    }


def _nothing(region: Region, path: str, period: Period) -> MissingError:
    return MissingError(
        f"{words.period(period.start, period.end)}的账还没公开",
        line="换一个月再看。",
        href=path,
        word=f"看{region.short_name}最近的账",
    )


def _month(region: Region, path: str, found: list[Month], month: Month) -> dict[str, Any]:
    period = month.period
    at = found.index(month)
    before = found[at - 1] if at else None
    last_year = next(
        (one for one in found if one.start_on == period.start.replace(year=period.start.year - 1)), None
    )
    return {
        "month": month,
        "period": words.period(period.start, period.end),
        "sides": _first_lines(region, path, month),
        "passing": address(path, period=period.label(), side=PASSING) if month.passing_rows else "",
        "chips": _chips(path, found, month),
        "spent": books.bars([month], Direction.OUT),
        "taken": books.bars([month], Direction.IN),
        "last_year": last_year,
        "peers": books.peers(region, month.start_on),
        "gap": books.gap(before, month),
        "sheet": f"{path}{period.label()}.pdf",
    }


def _first_lines(region: Region, path: str, month: Month) -> list[Side]:
    """Return the first lines of expense and of income."""
    found = lines.first_of_each(region, month.period)
    counts = _counts(month)
    return [
        Side(
            name=side,
            title=_SIDES[side],
            rows=found[side],
            count=counts[side],
            leads=leads,
            more=(
                address(path, period=month.period.label(), side=side)
                if counts[side] > len(found[side])
                else ""
            ),
        )
        for side, leads in _LEADS.items()
    ]


def _counts(month: Month) -> dict[str, int]:
    """Return how many lines each side of a month has."""
    return {
        Direction.OUT.value: month.expense_rows,
        Direction.IN.value: month.income_rows,
        PASSING: month.passing_rows,
    }


def _one_side(region: Region, path: str, month: Month, asked: Asked) -> dict[str, Any]:
    found = lines.page_of(lines.of_side(region, month.period, asked.side), asked.after)
    here = address(path, period=month.period.label(), side=asked.side)
    if not found:
        raise MissingError("后面没有了", line="这个月的看完了。", href=here, word="回到最前面")
    shown, rest = found[: lines.PAGE], found[lines.PAGE :]
    return {
        "month": month,
        "period": words.period(month.period.start, month.period.end),
        "up": address(path, period=month.period.label()),
        "side": Side(
            name=asked.side,
            title=_SIDES[asked.side],
            rows=shown,
            count=_counts(month)[asked.side],
        ),
        "first": here if asked.after else "",
        "next": f"{here}&after={after_word(lines.key_of(shown[-1]))}" if rest else "",
    }


def _chips(path: str, found: list[Month], month: Month) -> list[Chip]:
    """Return the month before and after, the month itself, and its year."""
    at = found.index(month)
    near = found[max(at - 1, 0) : at + 2]
    year = str(month.start_on.year)
    return [
        *(
            Chip(
                href=address(path, period=one.period.label()),
                word=_short(one, month),
                is_current=one is month,
            )
            for one in near
        ),
        Chip(href=address(path, period=year), word=f"{year}年全年"),
    ]


def _short(one: Month, than: Month) -> str:
    year = "" if one.start_on.year == than.start_on.year else f"{one.start_on.year}年"
    return f"{year}{one.start_on.month}月"


@dataclass(frozen=True, kw_only=True)
class MonthLine:
    """One month of a year's page, with the lengths of its two bars in units of 100."""

    month: Month
    href: str
    income_height: int
    expense_height: int
    at: int


def _year(path: str, found: list[Month], period: Period) -> dict[str, Any]:
    year = [month for month in found if period.contains(month.start_on)]
    amounts = [amount for month in year for amount in (month.income, month.expense)]
    longest = max([*amounts, Decimal(1)])
    return {
        "year": period.start.year,
        "years": _years(path, found, period),
        "months": [
            MonthLine(
                month=month,
                href=address(path, period=month.period.label()),
                income_height=round(100 * max(month.income, Decimal(0)) / longest),
                expense_height=round(100 * max(month.expense, Decimal(0)) / longest),
                at=40 * number,
            )
            for number, month in enumerate(year)
        ],
        "income": sum((month.income for month in year), Decimal(0)),
        "expense": sum((month.expense for month in year), Decimal(0)),
        "closing": year[-1].closing,
        "last": year[-1],
        "spent": books.bars(year, Direction.OUT),
        "taken": books.bars(year, Direction.IN),
        "missing": _missing(year, period),
    }


def _missing(year: list[Month], period: Period) -> list[Period]:
    """Return the months between the first published one and last month that show no books."""
    until = min(period.end, timezone.localdate().replace(day=1))
    return books.unpublished(year, year[0].period, until)


def _places(region: Region, path: str, found: list[Month], period: Period) -> dict[str, Any]:
    chosen = [month for month in found if period.contains(month.start_on)]
    below = books.below(region, period)
    income = sum((month.income for month in chosen), Decimal(0))
    expense = sum((month.expense for month in chosen), Decimal(0))
    is_year = period.granularity is Granularity.YEAR
    amounts: list[Decimal | None] = [income, expense]
    for place in below:
        amounts += [place.income, place.expense]
    figures = words.in_one_unit(amounts)
    return {
        "period": words.period(period.start, period.end),
        "chips": _year_chips(path, found, period) if is_year else _chips(path, found, chosen[0]),
        "income": figures[0],
        "expense": figures[1],
        "places": [
            {"region": place.region, "income": figures[2 + 2 * at], "expense": figures[3 + 2 * at]}
            for at, place in enumerate(below)
        ],
        "published": sum(place.income is not None for place in below),
        "query": f"?period={period.label()}",
        "is_lowest": region.level == Level.TOWNSHIP,
    }


def _year_chips(path: str, found: list[Month], period: Period) -> list[Chip]:
    newest = Chip(href=address(path, period=found[-1].period.label()), word="最近一个月")
    return [newest, *_years(path, found, period)]


def _years(path: str, found: list[Month], period: Period) -> list[Chip]:
    """Return the years that have books, newest first."""
    return [
        Chip(href=address(path, period=str(year)), word=f"{year}年", is_current=year == period.start.year)
        for year in sorted({month.start_on.year for month in found}, reverse=True)
    ]
