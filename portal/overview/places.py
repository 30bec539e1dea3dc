"""Which place a page is about when the address names none, and how many take part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from portal.duties.models import Participation
from portal.duties.standing import months_before
from portal.places.models import PREFIX_LENGTH, Level, Region
from portal.releases.models import Release, State, Total


def widest() -> Region | None:
    """Return the narrowest place that holds all of the widest ones that take part; one query."""
    found = Participation.objects.select_related("region__parent__parent__parent")
    regions = sorted((one.region for one in found), key=lambda one: (PREFIX_LENGTH[one.level], one.code))
    if not regions:
        return None
    wide = [one for one in regions if one.level == regions[0].level]
    holding = [one for one in (*wide[0].ancestors, wide[0]) if all(one.contains(each.code) for each in wide)]
    return holding[-1] if holding else None


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Of the places of one level: how many there are, take part, and published in the last month."""

    level: Level
    all: int
    taking_part: int
    heard: int

    @property
    def share(self) -> int:
        """Of 100 places, how many published in the last month (rounded down)."""
        return self.heard * 100 // self.all if self.all else 0


def coverage(region: Region, today: date) -> dict[str, Coverage]:
    """Return by level how many places of a place take part and published lately; one query."""
    since = datetime.combine(months_before(today, 1), time(), tzinfo=timezone.get_current_timezone())
    recent = Release.objects.filter(
        state=State.PUBLISHED, published_at__gte=since, county__startswith=region.prefix[:6]
    )
    told = Total.objects.filter(release__in=recent, row_count__gt=0)
    own = recent.filter(body__region__code__startswith=region.prefix)
    above = ("pk", "parent", "parent__parent", "parent__parent__parent")
    condition = Q(region=OuterRef("pk"))
    for path in above[1:]:
        condition |= Q(region=OuterRef(path), with_below=True)
    places = (
        Region.objects.current(today)
        .within(region)
        .annotate(takes_part=Exists(Participation.objects.filter(condition, start_on__lte=today)))
    )
    heard = Q(pk__in=told.values("region")) | Q(pk__in=own.values("body__region"))
    found = (
        places.order_by()
        .values("level")
        .annotate(
            all=Count("pk"),
            taking_part=Count("pk", filter=Q(takes_part=True)),
            heard=Count("pk", filter=heard),
        )
    )
    return {
        row["level"]: Coverage(
            level=Level(row["level"]), all=row["all"], taking_part=row["taking_part"], heard=row["heard"]
        )
        for row in found
    }
