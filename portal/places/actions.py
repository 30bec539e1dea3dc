"""Verbs on places: load the official list, found the bodies of places."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from portal.places.models import Body, Level, Region
from portal.places.names import short_name, stem

OFFICIAL_LIST = Path(__file__).parent / "data" / "regions-yichun.csv"
_BODY_SUFFIX = {Level.CITY: "人民政府", Level.COUNTY: "人民政府", Level.TOWNSHIP: "人民政府"}


@transaction.atomic
def load_regions(path: Path = OFFICIAL_LIST) -> int:
    """Add the places of a `code,name,level,parent_code` list that are not there yet; return how many."""
    known = dict(Region.objects.values_list("code", "pk"))
    added = 0
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for level in Level.values:
        fresh = [
            Region(
                code=row["code"],
                name=row["name"],
                short_name=short_name(row["name"]),
                stem=stem(row["name"]),
                level=level,
                parent_id=known.get(row["parent_code"]),
            )
            for row in rows
            if row["level"] == level and row["code"] not in known
        ]
        Region.objects.bulk_create(fresh)
        known |= {region.code: region.pk for region in fresh}
        added += len(fresh)
    return added


@transaction.atomic
def found_principal_bodies() -> int:
    """Give every place without one its own body; return how many."""
    regions = Region.objects.exclude(code__in=Body.objects.values("code"))
    bodies = [Body(code=region.code, name=principal_name(region), region=region) for region in regions]
    Body.objects.bulk_create(bodies)
    return len(bodies)


def principal_name(region: Region) -> str:
    """Return the name of a place's own body: 彬江镇人民政府, 大浦村委会, 灵泉街道办事处."""
    if region.level == Level.VILLAGE:
        return region.name
    if region.name.endswith("街道"):
        return f"{region.name}办事处"
    if region.name.endswith(("局", "委员会", "场", "园", "园区", "管理区")):
        return region.name
    return region.name + _BODY_SUFFIX[Level(region.level)]
