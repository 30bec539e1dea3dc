"""One section of a place: by programme, by period, and in a village line by line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from portal.pages import lines, panels, regions, totals, windows, words
from portal.pages.asked import Asked, Range, address, after_word
from portal.pages.errors import MissingError
from portal.pages.kept import Page
from portal.pages.regions import lines_address
from portal.pages.sections import Section
from portal.pages.totals import Group
from portal.places.models import Level, Region
from portal.releases import registry


@dataclass(frozen=True, kw_only=True)
class Line:
    """One group of payments as a line of a list."""

    group: Group
    href: str
    money: words.Money | None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One choice of a filter."""

    value: str
    word: str
    is_current: bool


def section_path(region: Region, section: Section) -> str:
    """Return the address of a section."""
    return f"{region.get_absolute_url()}{section.slug}/"


def page_of(region: Region, section: Section, asked: Asked) -> Page:
    """Return the page of a section for what its address asks."""
    path = section_path(region, section)
    context: dict[str, Any] = {
        "region": region,
        "section": section,
        "tab": section.tab,
        "path": path,
        "panels": panels.of_place(section.slug, region),
    }
    if region.level == Level.CITY:
        template, more = "section_places.html", _counties(region, section, asked)
    elif asked.period is not None and asked.programme:
        template, more = _one_period(region, section, asked, asked.period)
    else:
        template, more = "section.html", _overview(region, section, asked)
    return Page(template=f"portal/pages/{template}", context=context | more, path=path)


def _overview(region: Region, section: Section, asked: Asked) -> dict[str, Any]:
    """Gather programmes of a year, or the periods of one programme."""
    path = section_path(region, section)
    kinds = totals.open_kinds(section.slug)
    years = totals.by_year(region, kinds)
    year = asked.year or (years[0].year if years else timezone.localdate().year)
    found = totals.groups(region, kinds, year=year)
    programmes = totals.by_programme(found)
    chosen = [group for group in found if group.subject == asked.programme]
    if asked.programme and not chosen:
        raise _nothing(region, section, f"{year}年没有这项补贴")
    if asked.year and not found:
        raise _nothing(region, section, f"{year}年还没有公开")
    shown = chosen or programmes
    amounts = [group.amount for group in shown]
    figures = _figures(region, amounts)
    return {
        "year": year,
        "years": [
            Choice(value=str(sums.year), word=f"{sums.year}年", is_current=sums.year == year)
            for sums in years
        ],
        "programmes": [
            Choice(
                value=group.subject,
                word=group.title,
                is_current=group.subject == asked.programme,
            )
            for group in sorted(programmes, key=lambda group: group.subject)
        ],
        "chosen": chosen[0] if chosen else None,
        "lines": [
            Line(group=group, href=_href(path, group, year), money=figure)
            for group, figure in zip(shown, figures, strict=True)
        ],
        "rows": totals.lines_of(shown),
        "total": _figures(region, [totals.sum_of(shown)])[0],
    }


def _figures(region: Region, amounts: list[Decimal | None]) -> list[words.Money | None]:
    """Return the amounts of one list: a village's in whole yuan, a wider place's in one unit."""
    if region.level != Level.VILLAGE:
        return words.in_one_unit(amounts)
    return [None if amount is None else words.money(amount) for amount in amounts]


def _href(path: str, group: Group, year: int) -> str:
    """Return where a group leads: to its lines where it is one period, else to its periods."""
    if group.periods > 1:
        return address(path, year=year, programme=group.subject)
    return lines_address(path, group)


def _one_period(region: Region, section: Section, asked: Asked, period: Range) -> tuple[str, dict[str, Any]]:
    """Gather one programme's lines in a village, or its villages in a wider place."""
    kinds = totals.open_kinds(section.slug)
    found = totals.groups(region, kinds, subject=asked.programme, period=period, posted=asked.posted)
    if not found:
        raise _nothing(region, section, f"{words.period(*period)}没有这项补贴")
    group = found[0]
    context: dict[str, Any] = {
        "group": group,
        "money": _figures(region, [group.amount])[0],
        "up": address(section_path(region, section), year=group.start_on.year, programme=group.subject),
        "window": windows.of_posted(region, group) if group.is_posted else None,
    }
    if region.level == Level.VILLAGE:
        return "section_rows.html", context | _rows(region, section, asked, group)
    sums = totals.of_children(
        region,
        kinds,
        year=period[0].year,
        subject=asked.programme,
        period=period,
        posted=asked.posted,
    )
    children = [child for child in regions.children_of(region, sums) if child.rows]
    query = lines_address("", group)
    return "section_places.html", context | {"children": children, "query": query}


def _rows(region: Region, section: Section, asked: Asked, group: Group) -> dict[str, Any]:
    """Gather one page of lines; a page beyond the end is a page that does not exist."""
    path = section_path(region, section)
    kind = registry.kind(group.kind)
    period = group.start_on, group.end_on
    found = lines.listed(
        kind,
        region,
        subject=group.subject,
        period=period,
        posted=asked.posted,
        after=asked.after,
    )
    here = lines_address(path, group)
    if asked.after and not found:
        raise MissingError("后面没有了", line="这一批已经看完了。", href=here, word="回到最前面")
    shown, rest = found[: lines.PAGE], found[lines.PAGE :]
    after = after_word(shown[-1].release_id, shown[-1].position) if rest else ""
    return {
        "kind": kind,
        "rows": shown,
        "first": here if asked.after else "",
        "next": f"{here}&after={after}" if after else "",
    }


def _counties(region: Region, section: Section, asked: Asked) -> dict[str, Any]:
    """Gather the places below a city: programmes are told county by county."""
    kinds = totals.open_kinds(section.slug)
    years = totals.by_year(region, kinds)
    year = asked.year or (years[0].year if years else timezone.localdate().year)
    sums = totals.of_children(region, kinds, year=year)
    own = next((found for found in years if found.year == year), None)
    if asked.year and own is None:
        raise _nothing(region, section, f"{year}年还没有公开")
    return {
        "year": year,
        "children": regions.children_of(region, sums),
        "sums": own,
        "money": words.in_one_unit([own.amount])[0] if own else None,
        "query": "",
    }


def _nothing(region: Region, section: Section, say: str) -> MissingError:
    return MissingError(
        say,
        line="换一年或换一项再看。",
        href=section_path(region, section),
        word=f"看{region.short_name}全部{section.title}",
    )
