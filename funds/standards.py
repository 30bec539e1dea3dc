"""Standards the public may see: what is in force in a county, and the versions of one standard."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import FirstValue, Lead, RowNumber

from funds.households import counties_above
from funds.models import Programme, Standard
from funds.standard_page import is_in_force
from portal.pages.asked import address
from portal.places.models import Level, Region
from portal.releases.models import Total

PAGE = 40
MOST_VERSIONS = 200


def counties_with_standards() -> list[Region]:
    """Return the places that published standards, by code; one query."""
    counties = Standard.objects.public().order_by().values_list("county", flat=True).distinct()
    codes = Q(pk__in=[])
    for county in counties:
        codes |= Q(code=county.ljust(12, "0"))
    return list(Region.objects.filter(codes).order_by("code"))


def current(
    region: Region, today: date, *, programme: str = "", after: Standard | None = None
) -> list[Standard]:
    """Return the newest version in force of each standard of a county, one more than a page.

    Each carries `previous_rate` and `previous_start`. In the order of programme, name and place; `after`
    is the last one of the page before.
    """
    found = Standard.objects.public().filter(county__in=counties_above(region), start_on__lte=today)
    if programme:
        found = found.filter(programme_code=programme)
    if after is not None:
        same = Q(programme_code=after.programme_code)
        found = found.filter(
            Q(programme_code__gt=after.programme_code)
            | (same & Q(name__gt=after.name))
            | (same & Q(name=after.name, region_id__gt=after.region_id))
        )
    newest_first: dict[str, Any] = {
        "partition_by": [F("programme_code"), F("name"), F("region_id")],
        "order_by": F("start_on").desc(),
    }
    ranked = found.annotate(
        rank=Window(RowNumber(), **newest_first),
        last_end=Window(FirstValue("end_on"), **newest_first),
        previous_rate=Window(Lead("rate"), **newest_first),
        previous_start=Window(Lead("start_on"), **newest_first),
    )
    in_force = ranked.filter(Q(last_end__isnull=True) | Q(last_end__gt=today), rank=1)
    return list(in_force.order_by("programme_code", "name", "region_id")[: PAGE + 1])


def programmes_by_code(region: Region, codes: Collection[str]) -> dict[str, Programme]:
    """Return the public programmes of a place by code, the county's own before the city's; one query."""
    found = Programme.objects.public().filter(county__in=counties_above(region), code__in=codes)
    return {programme.code: programme for programme in found.order_by("county")}


def standard_for(pk: UUID) -> Standard | None:
    """Return a standard by the id of any of its public versions, replaced ones included."""
    return Standard.objects.published().select_related("region__parent__parent__parent").filter(pk=pk).first()


def history_of(standard: Standard) -> list[Standard]:
    """Return the public versions of a standard, oldest first; one query."""
    return list(_same(standard).select_related("release").order_by("start_on", "id")[:MOST_VERSIONS])


def _same(standard: Standard) -> QuerySet[Standard]:
    return Standard.objects.public().filter(
        county=standard.county,
        programme_code=standard.programme_code,
        name=standard.name,
        region_id=standard.region_id,
    )


def current_of(history: Sequence[Standard], today: date) -> Standard | None:
    """Return the version in force on a day."""
    return next((one for one in reversed(history) if is_in_force(one, today)), None)


def chooser(found: Sequence[Region], chosen: Region) -> list[dict[str, object]]:
    """Return the counties to choose from as chips; none where there is nothing to choose."""
    counties = [place for place in found if place.level == Level.COUNTY]
    if len(counties) < 2 and chosen in counties:
        return []
    return [
        {"href": f"?region={place.code}", "word": place.short_name, "is_current": place == chosen}
        for place in counties
    ]


def payments_address(standard: Standard) -> str:
    """Return the page of what a standard's programme paid in its place; empty without any; one query."""
    paid = Total.objects.public().filter(
        region=standard.region_id, kind="payments", subject=standard.programme_code
    )
    newest = paid.order_by("-start_on").values_list("start_on", flat=True).first()
    if newest is None:
        return ""
    path = f"{standard.region.get_absolute_url()}subsidies/"
    return address(path, year=newest.year, programme=standard.programme_code)
