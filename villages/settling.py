"""Checks of villages that only a whole draft can answer, as set-based SQL."""

from __future__ import annotations

from django.db import connection

from portal.releases.models import DisclosedRow, Release
from villages.models import VillageAsset, VillageResource

Found = tuple[int, str, str]

# A register is published anew each year, and a sale tells a thing's end: the line of another item, or of a
# later year, takes the place of the one that is public. A second list of one year does not.
_FORMER = """
SELECT o.id, n.id FROM {table} n
JOIN releases_release own ON own.id = n.release_id
JOIN {table} o ON o.region_id = n.region_id AND o.{number} = n.{number} AND o.release_id <> n.release_id
JOIN releases_release r ON r.id = o.release_id AND r.state = 'published'
WHERE n.release_id = %s AND (r.item_id <> own.item_id OR r.end_on < own.end_on)
    AND NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id = o.id)
    AND NOT EXISTS (SELECT 1 FROM {table} m WHERE m.release_id = n.release_id
        AND m.region_id = n.region_id AND m.{number} = n.{number} AND (m.position, m.id) < (n.position, n.id))
"""


def settle_assets(release: Release) -> list[Found]:
    """Note which public lines of former registers the draft's lines take the place of."""
    return _take_place(release, VillageAsset, "asset_no")


def settle_resources(release: Release) -> list[Found]:
    """Note which public lines of former registers the draft's lines take the place of."""
    return _take_place(release, VillageResource, "resource_no")


def _take_place(release: Release, model: type[DisclosedRow], number: str) -> list[Found]:
    """Plan the replacements; harmless when run again. A correction names its rows itself."""
    if release.corrects_id is not None:
        return []
    quote = connection.ops.quote_name
    statement = _FORMER.format(table=quote(model._meta.db_table), number=quote(number))
    with connection.cursor() as cursor:
        cursor.execute(statement, [release.pk])
        found = cursor.fetchall()
    release.replacements.all().delete()
    release.replacements.bulk_create(
        release.replacements.model(release=release, row_id=old, by_row_id=new, reason="新的登记")
        for old, new in found
    )
    return []
