"""Disclosed rows by their public texts: masters city-wide, persons inside one township or village.

Only the public rendering is ever compared, so that a full name cannot find a masked line.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q

from portal.catalogue.models import NamesPolicy
from portal.places.models import Level, Region
from portal.releases.registry import Disclosure

# Counts are told up to here; nobody reads further, and a common surname must cost no more than a rare one.
MOST = 100
PAGE = 20


def masters(kind: Disclosure, words: list[str], *, county: Region | None) -> list[Any]:
    """Return public rows of which every word is found in some declared field; at most one over MOST."""
    rows = kind.model._default_manager.public().select_related("region")
    for word in words:
        held = Q()
        for field in kind.search_fields:
            held |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(held)
    if county is not None:
        rows = rows.filter(county__in=[county.code[:4] + "00", county.county_code])
    return list(rows.order_by("county", "-id")[: MOST + 1])


def persons(kind: Disclosure, name: str, places: list[int], *, after: UUID | None = None) -> list[Any]:
    """Return public rows with that text in the public name, by place and name; at most one over MOST.

    `places` are the keys of one village or of a township's villages: the index over place and name
    answers, whether the text begins the name or stands in it. None after an `after` that does not exist.
    """
    rows = (
        kind.model._default_manager.public()
        .filter(region_id__in=places, **{f"{kind.name_field}__contains": name})
        .exclude(release__names=NamesPolicy.HIDDEN)
    )
    if after is not None:
        last = kind.model._default_manager.filter(pk=after, region_id__in=places)
        key = last.values_list("region_id", kind.name_field).first()
        if key is None:
            return []
        rows = rows.filter(_beyond(kind.name_field, key[0], key[1], after))
    ordered = rows.order_by("region_id", kind.name_field, "-id").select_related("release", "region")
    return list(ordered[: MOST + 1])


def _beyond(field: str, place: int, name: str, pk: UUID) -> Q:
    same_place = Q(region_id=place)
    return (
        Q(region_id__gt=place)
        | (same_place & Q(**{f"{field}__gt": name}))
        | (same_place & Q(**{field: name, "pk__lt": pk}))
    )


def places_to_search(region: Region) -> list[int]:
    """Return the keys of the villages in which names may be searched; none above a township."""
    if region.level == Level.VILLAGE:
        return [region.pk]
    if region.level == Level.TOWNSHIP:
        inside = Region.objects.within(region).order_by("code")
        return list(inside.values_list("pk", flat=True))
    return []
