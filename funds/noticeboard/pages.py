"""The pages of a place's notices: what is open, what was told, and what a village decided."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils import timezone

from funds.models import Notice
from funds.noticeboard import queries
from funds.noticeboard.asked import Asked
from funds.noticeboard.queries import Choice, Line
from portal.pages import panels, regions
from portal.pages.asked import address, day_key_word
from portal.pages.errors import MissingError
from portal.pages.kept import Page
from portal.pages.sections import SECTIONS
from portal.places.models import Level, Region
from portal.workdays.arithmetic import Calendar
from portal.workdays.calendar import current
from villages import matters

FIRST_MATTERS = 5


def make(region: Region, query: QueryDict) -> Page:
    """Return the page of a place's notices for what its address asks."""
    path = f"{region.get_absolute_url()}notices/"
    asked = Asked.read(query, path=path)
    if asked.matter:
        template, context = "villages/matter.html", _matter(region, path, asked.matter)
    elif asked.decided:
        template, context = "villages/matters.html", _matters(region, path, asked)
    elif asked.after or asked.year or asked.item:
        template, context = "funds/notices.html", _listed(region, path, asked)
    else:
        template, context = "funds/noticeboard.html", _board(region, path)
    base = {"region": region, "section": SECTIONS["notices"], "tab": "", "path": path}
    return Page(template=template, context=base | context, path=path)


def _board(region: Region, path: str) -> dict[str, Any]:
    """Gather the first page: what is open first, then what was told last."""
    today, calendar = timezone.localdate(), current()
    is_village = region.level == Level.VILLAGE
    posted = queries.posted_lists(region, calendar, today=today)
    rows = queries.page_of(queries.of(region), None)
    found = matters.matters_in(region, None) if is_village else []
    shown = _with_windows(rows[: queries.PAGE], calendar)
    open_now = queries.open_notices(region, calendar, today=today)
    open_lists = [one for one in posted if one.window and one.window.is_open]
    context: dict[str, Any] = {
        "panels": panels.of_place("notices", region),
        "open_notices": open_now,
        "open_lists": open_lists,
        "open_count": len(open_now) + len(open_lists),
        "posted": [one for one in posted if one not in open_lists],
        "lines": shown,
        "more": f"{path}?after={_key(rows[queries.PAGE - 1])}" if len(rows) > queries.PAGE else "",
        "above": queries.newest_above(region),
        "above_places": queries.above(region),
        "matters": found[:FIRST_MATTERS],
        "matters_more": address(path, show="decided") if found else "",
        "matters_count": len(found),
        "offices": regions.offices(region),
        "is_village": is_village,
    }
    if rows:
        context |= {
            "years": [_year(path, year, None) for year in queries.years(region)],
            "facets": _facets(path, queries.items(region, None), Asked()),
        }
    else:
        context["items"] = queries.promised(region)
    if not is_village:
        context["children"] = _children(region)
    return context


def _with_windows(rows: list[Notice], calendar: Calendar) -> list[Line]:
    today = timezone.localdate()
    return [Line(row=row, window=queries.window_of(row, calendar, today=today)) for row in rows]


def _children(region: Region) -> list[dict[str, Any]]:
    """Return the places right below with how many notices and meetings they have; two queries."""
    counts = queries.counts_below(region)
    today = timezone.localdate()
    return [
        {"region": place, "notices": own.get("notices", 0), "decisions": own.get("decisions", 0)}
        for place in Region.objects.filter(parent=region).order_by("code")
        if (own := counts.get(place.pk, {})) or place.end_on is None or place.end_on > today
    ]


def _listed(region: Region, path: str, asked: Asked) -> dict[str, Any]:
    """Gather one page of the notices of a year, of an item, or behind a key."""
    rows = queries.of(region)
    if asked.year:
        rows = rows.filter(issued_on__year=asked.year)
    if asked.item:
        rows = rows.filter(release__item__code=asked.item)
    found = queries.page_of(rows, asked.after)
    here = address(path, year=asked.year or "", item=asked.item)
    if not found and asked.after:
        raise MissingError("后面没有了", line="这一栏的看完了。", href=here, word="回到最前面")
    if not found:
        raise MissingError("没有这样的通知", line="换一年或换一项再看。", href=path, word="看全部通知")
    shown, rest = found[: queries.PAGE], found[queries.PAGE :]
    last = _key(shown[-1])
    return {
        "lines": _with_windows(shown, current()),
        "heading": _heading(shown[0], asked),
        "years": [_year(path, year, asked.year, item=asked.item) for year in queries.years(region)],
        "facets": _facets(path, queries.items(region, asked.year), asked),
        "first": here if asked.after else "",
        "next": address(path, year=asked.year or "", item=asked.item, after=last) if rest else "",
    }


def _heading(first: Notice, asked: Asked) -> str:
    year = f"{asked.year}年" if asked.year else ""
    return f"{year}{first.release.item.name if asked.item else '通知'}"


def _key(row: Notice) -> str:
    return day_key_word((row.issued_on, row.pk))


def _year(path: str, year: int, asked: int | None, *, item: str = "", **more: str) -> dict[str, Any]:
    return {
        "href": address(path, year=year, item=item, **more),
        "word": f"{year}年",
        "is_current": year == asked,
    }


def _facets(path: str, items: list[Choice], asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "href": address(path, year=asked.year or "", item=one.value),
            "word": one.word,
            "count": one.count,
            "is_current": one.value == asked.item,
        }
        for one in items
    ]


def _matters(region: Region, path: str, asked: Asked) -> dict[str, Any]:
    """Gather what a village decided in a year: the newest where none is asked for."""
    years = matters.years_of(region)
    year = asked.year or (years[0] if years else timezone.localdate().year)
    found = matters.matters_in(region, year) if years else []
    if asked.year and not found:
        raise MissingError(f"{year}年没有公开村里定的事", line="换一年再看。", href=path, word="看全部通知")
    return {
        "year": year,
        "years": [_year(path, one, year, show="decided") for one in years],
        "matters": found,
        "passed": sum(matter.is_decided and matter.last.passed for matter in found),
        "doubtful": sum(matter.state == "warn" for matter in found),
        "offices": regions.offices(region),
    }


def _matter(region: Region, path: str, number: str) -> dict[str, Any]:
    found = matters.matter_of(region, number)
    if found is None:
        raise MissingError(
            "没有公开这件事的决议",
            line=f"事项编号 {number}。问问村里为什么没公开。",
            href=path,
            word="看村里的公示和通知",
        )
    return {"matter": found, "followed": matters.followed(region, number)}
