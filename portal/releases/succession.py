"""A line of a later release that takes the place of the public one with its number; no correction.

A register is published anew each year, and a project moves on: what was public was right in its day, and
stays readable as the earlier version of the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from portal.releases.models.release import Release
from portal.releases.models.row import DisclosedRow

# Of two lines with one number in the draft only the first takes a place: the other is refused as doubled.
_FORMER = """
SELECT o.id, n.id FROM {table} n
JOIN releases_release own ON own.id = n.release_id
JOIN {table} o ON o.county = n.county AND {same} AND o.release_id <> n.release_id
JOIN releases_release r ON r.id = o.release_id AND r.state = 'published'
WHERE n.release_id = %s AND (r.item_id <> own.item_id OR r.end_on {before} own.end_on)
    AND NOT EXISTS (SELECT 1 FROM releases_replaced x WHERE x.row_id = o.id)
    AND NOT EXISTS (SELECT 1 FROM {table} m
        WHERE m.release_id = n.release_id AND {twin} AND (m.position, m.id) < (n.position, n.id))
"""
# From a row back to the last version of each line whose place it took, newest first.
_BEFORE = """
WITH RECURSIVE back AS (
    SELECT %s::uuid AS id, 0 AS steps
    UNION ALL
    SELECT x.row_id, back.steps + 1 FROM releases_replaced x JOIN back ON x.by_row_id = back.id
)
SELECT x.row_id FROM back JOIN {table} n ON n.id = back.id AND n.first_id = n.id
JOIN releases_replaced x ON x.by_row_id = n.id ORDER BY back.steps
"""


def take_places(
    release: Release,
    model: type[DisclosedRow],
    *,
    same: Sequence[str],
    reason: str,
    within_period: bool = False,
) -> None:
    """Plan which public rows the draft's rows take the place of: those alike in the columns `same`.

    A release of another item or of a later period does so; `within_period` lets one of the same period do
    it too. Harmless when run again. A correction names its rows itself.
    """
    if release.corrects_id is not None:
        return
    quote = connection.ops.quote_name
    statement = _FORMER.format(
        table=quote(model._meta.db_table),
        same=" AND ".join(f"o.{quote(name)} = n.{quote(name)}" for name in same),
        twin=" AND ".join(f"m.{quote(name)} = n.{quote(name)}" for name in same),
        before="<=" if within_period else "<",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [release.pk])
        found = cursor.fetchall()
    release.replacements.all().delete()
    release.replacements.bulk_create(
        release.replacements.model(release=release, row_id=old, by_row_id=new, reason=reason)
        for old, new in found
    )


def before(row: DisclosedRow) -> list[UUID]:
    """Return the last versions of the lines whose place a row took, newest first; one query."""
    table = connection.ops.quote_name(row._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE.format(table=table), [row.pk])
        return [found for (found,) in cursor.fetchall()]
