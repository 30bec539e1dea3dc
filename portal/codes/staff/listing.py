"""What a person may print: the own places and their county's programmes, each with its code."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from portal.codes import papers, slugs, targets
from portal.codes.actions import MAY_PRINT, MAY_WITHDRAW
from portal.codes.models import Code, CodeQuerySet, Target
from portal.codes.qr import in_clear
from portal.codes.sheets import code_address
from portal.people import scope
from portal.people.models import User
from portal.places.models import PREFIX_LENGTH, Level, Region, RegionQuerySet

RECENT = timedelta(days=7)
# More pages are a file that a village's computer and printer choke on.
MOST_PAGES = 60
_LONGEST_TYPED = 40


@dataclass(frozen=True, kw_only=True)
class Line:
    """One place or programme, with its valid code where one was made."""

    name: str
    where: str
    code: Code | None
    region: Region | None = None
    county: str = ""
    programme: str = ""
    is_current: bool = True
    may_withdraw: bool = False
    # Of a township: the sheets that print all its villages, each (number, first, last).
    sheets: Sequence[tuple[int, int, int]] = ()
    villages: int = 0
    papers: Sequence[papers.Offer] = ()

    @property
    def address(self) -> str:
        """The short address as people copy it from paper."""
        return in_clear(code_address(self.code)) if self.code else ""


def searched(text: str) -> str:
    """Return what was typed into the search box, bounded and without what no database takes."""
    return text.replace("\0", "").strip()[:_LONGEST_TYPED]


def own_places(user: User, on: date) -> QuerySet[Region]:
    """Return the places a person prints for: those of today, and former ones whose code is still valid."""
    valid = Code.objects.valid().filter(region=OuterRef("pk"))
    return Region.objects.filter(
        Q(pk__in=Region.objects.current(on).values("pk")) | Exists(valid),
        scope.within("code", scope.places(user, MAY_PRINT)),
    ).order_by("code")


def found_places(places: QuerySet[Region], typed: str) -> QuerySet[Region]:
    """Keep the places that every typed word fits: by name, by the place above, by code or printed slug."""
    for word in typed.split():
        fits = Q(name__icontains=word) | Q(short_name__icontains=word) | Q(parent__short_name__icontains=word)
        fits |= Q(code__startswith=word)
        if slug := slugs.normalise(word):
            fits |= Q(pk__in=Code.objects.valid().filter(slug=slug, target=Target.PLACE).values("region"))
        places = places.filter(fits)
    return places


def villages_of(township: Region, on: date) -> RegionQuerySet:
    """Return the villages of a township that exist on a day, in the order of their sheets."""
    villages = Region.objects.within(township).current(on).filter(level=Level.VILLAGE)
    return villages.with_ancestors().order_by("code")


def place_lines(user: User, page: Collection[Region], on: date) -> list[Line]:
    """Return the lines of a page of places, by queries whose number does not grow with theirs."""
    codes = {one.region_id: one for one in with_scans(Code.objects.valid().filter(region__in=page), on)}
    counts = _villages_in([region.pk for region in page if region.level == Level.TOWNSHIP], on)
    deciding = scope.places(user, MAY_WITHDRAW)
    offered = papers.of_places(page)
    return [
        Line(
            name=region.short_name,
            where=region.place,
            code=codes.get(region.pk),
            region=region,
            is_current=_is_current(region, on),
            may_withdraw=any(region.code.startswith(prefix) for prefix in deciding),
            sheets=_sheets(counts.get(region.pk, 0)),
            villages=counts.get(region.pk, 0),
            papers=offered.get(region.pk, ()),
        )
        for region in page
    ]


def own_programmes(user: User) -> list[tuple[str, str, str]]:
    """Return (county, code, name) of the public programmes of a person's counties."""
    return [(county, *found) for county in _counties(user) for found in targets.programmes(county)]


def programme_lines(user: User, typed: str, on: date) -> list[Line]:
    """Return the programmes that fit what was typed, and those whose code outlived their publication."""
    own = Code.objects.valid().in_places(scope.places(user, MAY_PRINT)).filter(target=Target.PROGRAMME)
    codes = {(one.county, one.programme): one for one in with_scans(own, on)}
    public = {(county, code): name for county, code, name in own_programmes(user)}
    names = {key: code.title for key, code in codes.items()} | public
    counties = dict(
        Region.objects.filter(code__in={f"{county}000000" for county, _ in names}).values_list(
            "code", "short_name"
        )
    )
    deciding = scope.places(user, MAY_WITHDRAW)
    return [
        Line(
            name=name,
            where=counties.get(f"{county}000000", ""),
            code=codes.get((county, programme)),
            county=county,
            programme=programme,
            is_current=(county, programme) in public,
            may_withdraw=any(county.startswith(prefix) for prefix in deciding),
        )
        for (county, programme), name in sorted(names.items())
        if _fits(typed, name, programme, codes.get((county, programme)))
    ]


def thing_codes(user: User, typed: str, on: date) -> CodeQuerySet:
    """Return the codes of things that were printed, by place and number."""
    found = Code.objects.valid().in_places(scope.places(user, MAY_PRINT)).filter(target=Target.THING)
    for word in typed.split():
        fits = Q(place__short_name__icontains=word) | Q(title__icontains=word) | Q(number__icontains=word)
        found = found.filter(fits | Q(slug=slugs.normalise(word) or ""))
    ordered = found.with_region().order_by("place__code", "kind", "number")
    return ordered.with_scans(since=on - RECENT + timedelta(days=1))


def withdrawn_codes(user: User, typed: str) -> CodeQuerySet:
    """Return the codes out of use, the latest first."""
    found = Code.objects.in_places(scope.places(user, MAY_PRINT)).filter(withdrawn_at__isnull=False)
    for word in typed.split():
        fits = Q(region__short_name__icontains=word) | Q(title__icontains=word) | Q(number=word)
        fits |= Q(slug=slugs.normalise(word) or "")
        found = found.filter(fits)
    return found.with_region().order_by("-withdrawn_at")


def with_scans(codes: CodeQuerySet, on: date) -> Iterable[Any]:  # Any: codes with two sums added
    """Return codes with how often each was scanned in the last seven days and in all."""
    return codes.with_scans(since=on - RECENT + timedelta(days=1))


def _villages_in(townships: Collection[int], on: date) -> dict[int, int]:
    counted = (
        Region.objects.filter(parent__in=townships, level=Level.VILLAGE)
        .current(on)
        .order_by()
        .values_list("parent")
        .annotate(villages=Count("pk"))
    )
    return dict(counted)


def _sheets(villages: int) -> list[tuple[int, int, int]]:
    return [
        (part + 1, part * MOST_PAGES + 1, min(villages, (part + 1) * MOST_PAGES))
        for part in range(ceil(villages / MOST_PAGES))
    ]


def _is_current(region: Region, on: date) -> bool:
    return (region.start_on is None or region.start_on <= on) and (
        region.end_on is None or region.end_on > on
    )


def _counties(user: User) -> list[str]:
    """Return the six digits of each county a person acts in; for a city its own and its counties'."""
    length = PREFIX_LENGTH["county"]
    prefixes = scope.places(user, MAY_PRINT)
    wide = [prefix for prefix in prefixes if len(prefix) < length]
    below = Region.objects.filter(scope.within("code", wide), level__in=[Level.CITY, Level.COUNTY])
    found = {code[:length] for code in below.values_list("code", flat=True)} if wide else set()
    return sorted(found | {prefix[:length] for prefix in prefixes if len(prefix) >= length})


def _fits(typed: str, name: str, programme: str, code: Code | None) -> bool:
    return all(
        word in name
        or programme.startswith(word.upper())
        or (code is not None and code.slug == slugs.normalise(word))
        for word in typed.split()
    )
