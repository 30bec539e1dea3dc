"""The pages of what a village owns and lets: houses and things, land and waters, contracts and rent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

from portal.pages import panels
from portal.pages.asked import address
from portal.pages.errors import MissingError, UnreadableError
from portal.pages.kept import Page
from portal.pages.regions import offices
from portal.pages.sections import SECTIONS
from portal.places.models import Level, Region
from villages import property_wide, verdicts
from villages.dues import Sums
from villages.models import VillageAsset
from villages.pages import Chip
from villages.property import (
    Tenancy,
    Thing,
    assets_of,
    names_in_full,
    resources_of,
    tenancies_of,
)
from villages.property_cards import LeaseCard, ThingCard, is_expired, lease_card
from villages.verdicts import Standing

PAGE = 20
_Row = TypeVar("_Row")
_MOST_CHIPS = 8
_AFTER = re.compile(r"[0-9a-f]{32}")
_WORD = re.compile(r"[^\x00-\x1f\x7f]{1,40}")
# How a page of contracts may be narrowed, in the order shown.
SHOWN = {"owed": "欠租的", "ended": "到期还在用", "running": "租着的", "closed": "结束了的"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A read query string: which of them, and the last one of the page before."""

    choice: str = ""
    after: UUID | None = None

    @classmethod
    def read(cls, query: QueryDict, path: str) -> Asked:
        """Read a query string; raise UnreadableError for a part that cannot be read."""
        choice, after = query.get("of", ""), query.get("after", "")
        if (choice and not _WORD.fullmatch(choice)) or (after and not _AFTER.fullmatch(after)):
            raise UnreadableError("网址抄漏了", line="可能抄漏了，从头再选一次。", href=path, word="从头再选")
        return cls(choice=choice, after=UUID(hex=after) if after else None)


def make_assets(region: Region, query: QueryDict) -> Page:
    """Return the page of a place's houses and things."""
    return _things_page(region, query, slug="assets", read=assets_of)


def make_resources(region: Region, query: QueryDict) -> Page:
    """Return the page of a place's land and waters."""
    return _things_page(region, query, slug="resources", read=resources_of)


def make_leases(region: Region, query: QueryDict) -> Page:
    """Return the page of a place's contracts and their rent."""
    path, asked = _begin(region, query, "leases")
    if region.level != Level.VILLAGE:
        return _page(region, "leases", path, "lease_places.html", property_wide.leases(region))
    today = timezone.localdate()
    found = tenancies_of(region, today)
    if not found:
        return _page(region, "leases", path, "property_none.html", {"offices": offices(region)})
    things = (*assets_of(region, found, today), *resources_of(region, found, today))
    of_lease = {one.lease.pk: thing for thing in things for one in thing.tenancies}
    cards = sorted(
        (lease_card(one, of_lease.get(one.lease.pk)) for one in found),
        key=lambda card: _rank(card, of_lease),
    )
    narrowed = [card for card in cards if not asked.choice or asked.choice in _words(card, of_lease)]
    shown, more = _paged(narrowed, [card.one.lease.pk for card in narrowed], asked, path)
    year = sum((one.year for one in found), Sums())
    expired = sum("ended" in _words(card, of_lease) for card in cards)
    counts = Counter(word for card in cards for word in _words(card, of_lease))
    chips = [(word, title, counts[word]) for word, title in SHOWN.items() if counts[word]]
    context = {
        "verdict": verdicts.of_tenancies(found, expired),
        "year": year,
        "meter": verdicts.meter(year),
        "cards": shown,
        "chips": _chips(path, asked, len(cards), chips),
        "names_in_full": names_in_full([], [one.lease for one in found]),
        "updated_on": _updated(row for one in found for row in (one.lease, *one.rents)),
        **more,
    }
    return _page(region, "leases", path, "leases.html", context)


def _things_page(
    region: Region, query: QueryDict, *, slug: str, read: Callable[[Region, list[Tenancy], date], list[Thing]]
) -> Page:
    path, asked = _begin(region, query, slug)
    if region.level != Level.VILLAGE:
        return _page(region, slug, path, "property_places.html", property_wide.things(region, slug))
    today = timezone.localdate()
    things = verdicts.in_order(read(region, tenancies_of(region, today), today))
    if not things:
        return _page(region, slug, path, "property_none.html", {"offices": offices(region)})
    narrowed = [thing for thing in things if asked.choice in {"", thing.row.category}]
    shown, more = _paged(narrowed, [thing.row.pk for thing in narrowed], asked, path)
    year = sum((thing.year for thing in things), Sums())
    common = Counter(thing.row.category for thing in things).most_common(_MOST_CHIPS)
    context = {
        "verdict": verdicts.of_things(things),
        "year": year,
        "meter": verdicts.meter(year),
        "cards": [ThingCard.of(thing) for thing in shown],
        "names_in_full": names_in_full(
            [thing.row.occupant_public for thing in things],
            [one.lease for thing in things for one in thing.tenancies],
        ),
        "without_photo": sum(
            isinstance(thing.row, VillageAsset) and not thing.row.documents for thing in things
        ),
        "chips": _chips(path, asked, len(things), [(word, word, count) for word, count in common]),
        "updated_on": _updated(
            row
            for thing in things
            for row in (thing.row, *(rent for one in thing.tenancies for rent in one.rents))
        ),
        **more,
    }
    return _page(region, slug, path, "property.html", context)


def _begin(region: Region, query: QueryDict, slug: str) -> tuple[str, Asked]:
    path = f"{region.get_absolute_url()}{slug}/"
    return path, Asked.read(query, path)


def _page(region: Region, slug: str, path: str, template: str, context: dict[str, Any]) -> Page:
    return Page(
        template=f"villages/{template}",
        context={
            "region": region,
            "section": SECTIONS[slug],
            "tab": slug,
            "path": path,
            "panels": panels.of_place(slug, region),
            **context,
        },
        path=path,
    )


def _updated(rows: Iterable[Any]) -> date | None:  # Any: a row whose release was joined
    return max((row.release.published_on for row in rows), default=None)


def _rank(card: LeaseCard, things: dict[UUID, Thing]) -> int:
    if is_expired(card.one, things.get(card.one.lease.pk)) and not card.one.total.owed:
        return Standing.EXPIRED
    return verdicts.of_tenancy(card.one)


def _words(card: LeaseCard, things: dict[UUID, Thing]) -> set[str]:
    """Return the choices under which a contract stands."""
    one = card.one
    found = set()
    if one.total.owed:
        found.add("owed")
    if is_expired(one, things.get(one.lease.pk)):
        found.add("ended")
    elif not one.is_running and one.lease.starts_on <= one.today:
        found.add("closed")
    if one.is_running:
        found.add("running")
    return found


def _chips(path: str, asked: Asked, total: int, choices: Sequence[tuple[str, str, int]]) -> list[Chip]:
    """Return all and each choice with its number; none where there is nothing to choose."""
    if len(choices) < 2 and not asked.choice:
        return []
    return [
        Chip(href=path, word=f"全部 {total}", is_current=not asked.choice),
        *(
            Chip(href=address(path, of=value), word=f"{word} {count}", is_current=asked.choice == value)
            for value, word, count in choices
        ),
    ]


def _paged(
    rows: Sequence[_Row], keys: Sequence[UUID], asked: Asked, path: str
) -> tuple[Sequence[_Row], dict[str, str]]:
    """Return one page of rows and where the others stand; raise MissingError for a page there is not."""
    here = address(path, of=asked.choice)
    start = 0
    if asked.after is not None or (asked.choice and not rows):
        if asked.after not in keys[:-1]:
            raise MissingError("后面没有了", line="这里看完了。", href=path, word="回到最前面")
        start = keys.index(asked.after) + 1
    shown = rows[start : start + PAGE]
    is_last = start + PAGE >= len(rows)
    return shown, {
        "first": here if start else "",
        "next": "" if is_last else address(path, of=asked.choice, after=keys[start + PAGE - 1].hex),
    }
