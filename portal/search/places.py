"""Places by what people call them."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce, Concat

from portal.places.models import Level, Region
from portal.places.names import stem

# More than this is "too many to list": the reader is asked to write more.
MOST = 100
_EXACT, _SHORT_OF, _BEGINNING, _INSIDE = range(4)


def found(text: str, *, today: date, county: Region | None = None) -> list[Region]:
    """Return the places whose everyday, registered or full name holds a text, nearest names first.

    One query, at most one more than MOST. 大浦, 大浦村, 大浦村委会 and 彬江镇大浦村 all find 大浦村委会.
    """
    core = stem(text)
    whole = Concat(
        Coalesce(F("parent__parent__short_name"), Value("")),
        Coalesce(F("parent__short_name"), Value("")),
        F("short_name"),
    )
    exact = Q(short_name=text) | Q(name=text) | Q(stem=text)
    same_core = Q(stem=core)
    nearness = Case(
        When(exact, then=_EXACT),
        When(same_core, then=_SHORT_OF),
        When(Q(short_name__startswith=text), then=_BEGINNING),
        default=_INSIDE,
        output_field=IntegerField(),
    )
    places = (
        Region.objects.with_ancestors()
        .current(today)
        .annotate(whole=whole, nearness=nearness)
        .filter(Q(whole__contains=text) | Q(name__contains=text) | same_core)
    )
    if county is not None:
        places = places.within(county)
    return list(places.order_by("nearness", "code")[: MOST + 1])


def namesakes(places: list[Region], text: str) -> list[Region]:
    """Return the places that share the one name asked for, where several do."""
    core = stem(text)
    same = [place for place in places if text in {place.short_name, place.name, place.stem}]
    same = same or [place for place in places if place.stem == core]
    villages = [place for place in same if place.level == Level.VILLAGE]
    return villages if len(villages) > 1 else []


def by_county(places: list[Region]) -> Counter[Region]:
    """Return how many places lie in each county, from what is joined already."""
    counted: Counter[Region] = Counter()
    for place in places:
        counties = [above for above in [*place.ancestors, place] if above.level == Level.COUNTY]
        counted.update(counties)
    return counted
