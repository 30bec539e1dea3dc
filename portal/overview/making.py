"""What the pages show: one function gathers what one template prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F
from django.utils import timezone

from portal.catalogue.models import Section
from portal.overview import money, places
from portal.overview.asked import Asked, Wanted, Whose
from portal.overview.cells import level_below
from portal.overview.figures import Figures, figures_of, listed
from portal.overview.listing import PAGE, page_of
from portal.overview.ranking import BEST, FAIR, GOOD, Ranked, rank
from portal.overview.trend import trend_of
from portal.pages import panels
from portal.pages.asked import address
from portal.pages.kept import Page
from portal.places.models import Level, Region

SECTION = "duties"
COUNTY = "standing"
COUNTY_PATH = "/duties/county/"
CSV_PATH = "/duties.csv"
# From so many on a ranking is folded in the middle: its ends are what one looks for.
_FIRST, _LAST = 5, 3
_MOST_MISSING = 4
_CALLED = {Level.COUNTY: "区县市", Level.TOWNSHIP: "乡镇", Level.VILLAGE: "村"}


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A way to narrow the list."""

    href: str
    word: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """A ranking as shown: its ends, and what is folded between them."""

    title: str
    unit: str
    ranked: list[Ranked]

    @property
    def is_long(self) -> bool:
        """Whether the middle is folded."""
        return len(self.ranked) > _FIRST + _LAST + 2

    @property
    def first(self) -> list[Ranked]:
        """What stands open at the top."""
        return self.ranked[:_FIRST] if self.is_long else self.ranked

    @property
    def middle(self) -> list[Ranked]:
        """What is folded."""
        return self.ranked[_FIRST:-_LAST] if self.is_long else []

    @property
    def last(self) -> list[Ranked]:
        """What stands open at the foot."""
        return self.ranked[-_LAST:] if self.is_long else []


def duties_page(region: Region, asked: Asked) -> Page:
    """Return who should have published what: figures, list, rankings and trend; three queries."""
    today = timezone.localdate()
    told = figures_of(region, today, asked)
    lines, following, left = page_of(region, today, asked)
    here = Asked(region=region.code, state=asked.state, who=asked.who, section=asked.section)
    if not asked.after:
        left = max(told.listed.get(asked.wanted, 0) - PAGE, 0)
    return Page(
        template="portal/overview/duties.html",
        context={
            "region": region,
            "tab": "",
            "today": today,
            "told": told,
            "asked": asked,
            "wanted": asked.wanted,
            "lines": lines,
            "next": following,
            "next_word": f"看另外 {left:,} 项" if left else f"看另外 {PAGE} 项",
            "first": here.address() if asked.after else "",
            "states": _states(here, told),
            "whose": _whose(here, region),
            "sections": _sections(here),
            "rankings": [] if asked.after else rankings(region, told),
            "trend": None if asked.after else trend_of(told.months, today),
            "csv": here.address(CSV_PATH),
            "csv_all": here.address(CSV_PATH, state=Wanted.ALL.value) if here.state != Wanted.ALL else "",
            "county": address(COUNTY_PATH, region=region.code) if region.level != Level.VILLAGE else "",
        },
        path=here.address(after=asked.after),
    )


def rankings(region: Region, told: Figures) -> list[Ranking]:
    """Return the rankings of a place that have anybody to compare."""
    below = level_below(region)
    called = _CALLED.get(below, "") if below else ""
    offices = "部门" if region.level in {Level.CITY, Level.COUNTY} else "单位"
    both = [
        Ranking(title=f"{called}排名", unit="个", ranked=rank(told.places)),
        Ranking(title=f"{offices}排名", unit="个", ranked=rank(told.offices)),
    ]
    return [one for one in both if len(one.ranked) > 1]


def _states(here: Asked, told: Figures) -> list[Chip]:
    return [
        Chip(
            href=here.address(state=wanted.value),
            word=f"{wanted.label} {told.listed[wanted]:,}" if wanted in told.listed else wanted.label,
            is_current=wanted == here.wanted,
        )
        for wanted in Wanted
    ]


def _whose(here: Asked, region: Region) -> list[Chip]:
    if region.level == Level.VILLAGE:
        return []
    levels = [whose for whose in Whose if whose != Whose.OFFICE or region.level in {Level.CITY, Level.COUNTY}]
    chips = [Chip(href=here.address(who=""), word="都看", is_current=not here.who)]
    return chips + [
        Chip(href=here.address(who=whose.value), word=whose.label, is_current=here.who == whose)
        for whose in levels
    ]


def _sections(here: Asked) -> list[Chip]:
    chips = [Chip(href=here.address(section=""), word="都看", is_current=not here.section)]
    return chips + [
        Chip(href=here.address(section=one.value), word=one.label, is_current=here.section == one)
        for one in Section
    ]


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One place below on the map: `share` is None where nothing was due."""

    name: str
    href: str
    share: int | None

    @property
    def css(self) -> str:
        """The class of its colour."""
        if self.share is None:
            return "q0"
        return "q4" if self.share >= BEST else "q3" if self.share >= GOOD else self._low

    @property
    def _low(self) -> str:
        return "q2" if self.share is not None and self.share >= FAIR else "q1"

    @property
    def icon(self) -> str:
        """The shape of its class."""
        return {"q0": "none", "q2": "warn", "q1": "bad"}.get(self.css, "ok")


def county_page(region: Region) -> Page:
    """Return a county (or city, or township) on one sheet; a bounded number of queries."""
    today = timezone.localdate()
    told = figures_of(region, today, Asked(region=region.code))
    return Page(
        template="portal/overview/county.html",
        context={
            "region": region,
            "tab": "",
            "today": today,
            "told": told,
            "below": _CALLED.get(level_below(region) or Level.CITY, ""),
            "coverage": places.coverage(region, today),
            "tiles": _tiles(region, told, today),
            "rankings": rankings(region, told)[:1],
            "missing": _most_missing(region, today),
            "money": money.of_year(region, today),
            "trend": trend_of(told.months, today),
            "panels": panels.of_place(panels.OVERVIEW, region),
            "list": Asked(region=region.code).address(),
        },
        path=address(COUNTY_PATH, region=region.code),
    )


def _tiles(region: Region, told: Figures, today: date) -> list[Tile]:
    """Return a tile for every place right below, those that have begun first; one query."""
    shares = {member.code: member.now.punctuality for member in told.places}
    children = Region.objects.current(today).filter(parent=region).order_by("code")
    tiles = [
        Tile(
            name=child.stem or child.short_name,
            href=Asked(region=child.code).address(),
            share=shares.get(child.code),
        )
        for child in children
    ]
    return sorted(tiles, key=lambda tile: tile.share is None)


def _most_missing(region: Region, today: date) -> list[dict[str, Any]]:
    """Return the items that are missing most often, with how often; one query."""
    found = listed(region, today, Asked(region=region.code)).order_by()
    counted = found.values(name=F("item__name")).annotate(count=Count("pk"))
    return [dict(row) for row in counted.order_by("-count", "name")[:_MOST_MISSING]]
