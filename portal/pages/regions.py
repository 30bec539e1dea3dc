"""What the pages of places show: one function gathers what one template prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from portal.pages import panels, sections, silence, totals, words
from portal.pages.asked import address, period_word
from portal.pages.errors import MissingError
from portal.pages.kept import Page
from portal.pages.totals import Group, Sums
from portal.places.models import Body, Level, Region
from portal.releases import registry

FIRST = 3


@dataclass(frozen=True, kw_only=True)
class Child:
    """A place right below, with what it was paid; nothing yet where `money` is None."""

    region: Region
    rows: int
    money: words.Money | None


@dataclass(frozen=True, kw_only=True)
class Newest:
    """What was paid last of a programme, and where its lines stand."""

    group: Group
    href: str


def lines_address(path: str, group: Group) -> str:
    """Return where the lines of one programme and period stand, below a section's address."""
    return address(
        path,
        programme=group.subject,
        period=period_word(group.start_on, group.end_on),
        stage="notice" if group.is_posted else "",
    )


def _newest(region: Region, group: Group) -> Newest:
    section = registry.kind(group.kind).section
    return Newest(group=group, href=lines_address(f"{region.get_absolute_url()}{section}/", group))


def region_of(code: str) -> Region:
    """Return a place by its code, with the levels above and its successor; one query."""
    region = (
        Region.objects.with_ancestors()
        .select_related("succeeded_by__parent__parent__parent")
        .filter(code=code)
        .first()
    )
    if region is None:
        raise MissingError("没有这个地方的页面", line="可能抄错了一个数。")
    return region


def city() -> Region | None:
    """Return the city at the top; None before any place was loaded."""
    return Region.objects.filter(level=Level.CITY).order_by("code").first()


def is_closed(region: Region, today: date) -> bool:
    """Return whether a place was merged into another one."""
    return region.succeeded_by_id is not None and region.end_on is not None and region.end_on <= today


def page_of(region: Region, *, formerly: Region | None = None) -> Page:
    """Return the first page of a place; `formerly` is the old place whose address was used."""
    village = region.level == Level.VILLAGE
    context = _village(region) if village else _wider(region)
    return Page(
        template=f"portal/pages/{'village' if village else 'region'}.html",
        context={
            "region": region,
            "tab": "home",
            "formerly": formerly,
            "inline_style": True,
            "offices": offices(region),
            "others": [one for one in sections.SECTIONS.values() if not one.tab],
            "panels": panels.of_place(panels.INDEX, region),
            "silence": silence.of_place(region, timezone.localdate()),
            **context,
        },
        path=region.get_absolute_url(),
    )


def _village(region: Region) -> dict[str, Any]:
    found = totals.groups(region, totals.open_kinds(sections.FIGURES))
    programmes = totals.by_programme(found)
    return {
        "year": found[0].start_on.year if found else timezone.localdate().year,
        "amount": totals.sum_of(found),
        "rows": totals.lines_of(found),
        "newest": [_newest(region, group) for group in _latest_of_each(found)[:FIRST]],
        "programmes": len(programmes),
        "updated_on": max((group.published_on for group in found), default=None),
    }


def _latest_of_each(found: list[Group]) -> list[Group]:
    """Return the last paid period of each programme, last paid first."""
    newest: dict[tuple[str, str], Group] = {}
    for group in found:
        newest.setdefault((group.kind, group.subject), group)
    return sorted(newest.values(), key=lambda group: group.paid_on or group.published_on, reverse=True)


def _wider(region: Region) -> dict[str, Any]:
    kinds = totals.open_kinds(sections.FIGURES)
    years = totals.by_year(region, kinds)
    year = years[0].year if years else timezone.localdate().year
    news = totals.newest(region, totals.open_kinds())
    return {
        "year": year,
        "sums": years[0] if years else None,
        "money": words.in_one_unit([years[0].amount])[0] if years else None,
        "children": children_of(region, totals.of_children(region, kinds, year=year)),
        "news": list(zip(news, words.in_one_unit([item.amount for item in news]), strict=True)),
        "updated_on": max((item.published_on for item in news), default=None),
    }


def children_of(region: Region, sums: dict[int, Sums]) -> list[Child]:
    """Return the places right below by code, closed ones only where they hold something; one query."""
    today = timezone.localdate()
    places = [
        place
        for place in Region.objects.filter(parent=region).order_by("code")
        if place.pk in sums or place.end_on is None or place.end_on > today
    ]
    found = [sums.get(place.pk) for place in places]
    figures = words.in_one_unit([own.amount if own else None for own in found])
    return [
        Child(region=place, rows=own.rows if own else 0, money=figure)
        for place, own, figure in zip(places, found, figures, strict=True)
    ]


def offices(region: Region) -> list[Body]:
    """Return whom to ask: the place's own body and the one above, nearest first; one query."""
    codes = [region.code] + ([region.parent.code] if region.parent else [])
    found = {body.code: body for body in Body.objects.filter(code__in=codes)}
    return [found[code] for code in codes if code in found]


def home() -> Page:
    """Return the city's home: find your village, six sections, what is new."""
    region = city()
    context: dict[str, Any] = {"region": None, "six": sections.SIX, "inline_style": True}
    if region is not None:
        context |= _home_of(region)
    return Page(template="portal/pages/home.html", context=context, path="/")


def _home_of(region: Region) -> dict[str, Any]:
    years = totals.by_year(region, totals.open_kinds(sections.FIGURES))
    news = totals.newest(region, totals.open_kinds())
    return {
        "city": region,
        "children": list(Region.objects.filter(parent=region).order_by("code")),
        "sums": years[0] if years else None,
        "money": words.in_one_unit([years[0].amount])[0] if years else None,
        "news": list(zip(news, words.in_one_unit([item.amount for item in news]), strict=True)),
        "updated_on": max((item.published_on for item in news), default=None),
    }
