"""The leaves of a release in their one order: its rows by id, then its attachments by id.

Everything that walks a release's tree asks here; a further sort of leaves is one more entry in `parts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from portal.releases.models import Attachment, Release
from portal.releases.registry import kind

_AT_ONCE = 20_000
DOCUMENT = "document"


class Leaf(NamedTuple):
    """One leaf of a release's tree: what it is of, that one's id, and its hash (32 bytes)."""

    kind: str
    id: UUID
    hash: bytes


@dataclass(frozen=True)
class Part:
    """One sort of leaves: its kind, the table with `id`, `leaf` and `release_id`, and how many they are."""

    kind: str
    table: str
    count: int


def parts(release: Release) -> list[Part]:
    """Return the parts of a release's tree in their order."""
    table = kind(release.kind).model._meta.db_table
    attached = release.attachments.filter(leaf__isnull=False).count()
    return [
        Part(release.kind, table, release.row_count),
        Part(DOCUMENT, Attachment._meta.db_table, attached),
    ]


def size_of(release: Release) -> int:
    """Return how many leaves a release's tree has."""
    return sum(part.count for part in parts(release))


def of_release(release: Release) -> Iterator[Leaf]:
    """Yield every leaf in order, streamed; call it inside a transaction."""
    for part in parts(release):
        with connection.connection.cursor(name="leaves") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(_select(part, "TRUE", limit=None), [release.pk])
            for found_id, leaf in cursor:
                yield Leaf(part.kind, found_id, bytes(leaf))


def between(release: Release, part: Part, *, first: UUID, before: UUID | None, limit: int) -> list[Leaf]:
    """Return up to `limit` leaves of a part from an id on, and before another, in order."""
    condition = "id >= %s" if before is None else "id >= %s AND id < %s"
    told = [release.pk, first] if before is None else [release.pk, first, before]
    with connection.cursor() as cursor:
        cursor.execute(_select(part, condition, limit=limit), told)
        return [Leaf(part.kind, found_id, bytes(leaf)) for found_id, leaf in cursor.fetchall()]


def _select(part: Part, condition: str, *, limit: int | None) -> str:
    table = connection.ops.quote_name(part.table)
    most = "" if limit is None else f" LIMIT {limit:d}"
    where = f"release_id = %s AND leaf IS NOT NULL AND {condition}"
    return f"SELECT id, leaf FROM {table} WHERE {where} ORDER BY id{most}"  # noqa: S608 # a table's own name
