"""The row a new version comes from: what it keeps where a cell shows only the last digits."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from portal.columns.cells import (
    Account,
    Amount,
    Choice,
    DueCell,
    Files,
    Identity,
    PeriodCell,
    PersonName,
    Place,
    Text,
)
from portal.columns.column import Column
from portal.columns.periods import Period
from portal.imports.storing import Kept
from portal.places.models import Level
from portal.releases.models import Attachment, DisclosedRow, DisclosedRowQuerySet, Release
from portal.releases.registry import Disclosure, kind

# The locked column of an exported release: it names the row that a line corrects.
PUBLIC_ID = Column(
    header="公开编号",
    field="public_id",
    cell=Text(36),
    required=True,
    public=False,
    help="不要改。空着就是新加的一行；只留编号、其余清空，就是撤下这一行",
)


class Stored(NamedTuple):
    """A row as it stands, with its private columns."""

    row: DisclosedRow
    private: dict[str, Any]


@dataclass(frozen=True)
class Origin:
    """The version a new one is made from.

    `row_id`, `version`, `seed` and `leaf` are its own, to see whether anything changed; the new
    version gets `next_version` and `first_id` (None: its own id), and keeps the place in the order.
    `names` is the policy it came in under.
    """

    row_id: UUID
    version: int
    seed: bytes
    leaf: bytes
    position: int
    first_id: UUID | None
    next_version: int
    kept: dict[str, Kept] = field(default_factory=dict)
    names: str = ""
    # The documents behind that version, by their files' names.
    documents: dict[str, UUID] = field(default_factory=dict)
    # A new version is wanted although no cell changes: its documents do.
    is_forced: bool = False


def stored_rows(disclosure: Disclosure, rows: Iterable[DisclosedRow]) -> list[Stored]:
    """Read the private columns of rows through the officials' door, in one query."""
    found = list(rows)
    if not disclosure.private or not found:
        return [Stored(row, {}) for row in found]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, value FROM releases_private(%s, %s, %s)",
            [disclosure.model._meta.db_table, [row.pk for row in found], list(disclosure.private)],
        )
        private = {row_id: _document(value) for row_id, value in cursor.fetchall()}
    return [Stored(row, private.get(row.pk, {})) for row in found]


def _document(value: Any) -> dict[str, Any]:
    # Django leaves jsonb of raw queries as text.
    document: dict[str, Any] = json.loads(value) if isinstance(value, str) else value
    return document


def current_rows(release: Release) -> DisclosedRowQuerySet:
    """Return the rows a draft shows for editing, in order.

    A correction shows the published rows it may change, with its own new versions in their place.
    """
    rows: DisclosedRowQuerySet = kind(release.kind).model._default_manager.all()
    own = Q(release=release)
    if release.corrects_id is None:
        return rows.filter(own).order_by("position", "pk")
    planned = release.replacements.values("row_id")
    standing = standing_rows(release.corrects_id).exclude(pk__in=planned)
    return rows.filter(own | Q(pk__in=standing.values("pk"))).order_by("position", "pk")


def standing_rows(original_id: UUID) -> DisclosedRowQuerySet:
    """Return the public rows of a published release and of its corrections, in order."""
    chain = Release.objects.published().filter(Q(pk=original_id) | Q(corrects_id=original_id))
    rows: DisclosedRowQuerySet = kind(chain[0].kind).model._default_manager.all()
    return rows.public().filter(release__in=chain).order_by("position", "pk")


def documents_of(rows: Collection[UUID]) -> dict[UUID, dict[str, UUID]]:
    """Return the documents behind rows, by their files' names."""
    found: dict[UUID, dict[str, UUID]] = {}
    attachments = Attachment.objects.filter(row_id__in=rows)
    for row_id, name, document in attachments.values_list("row_id", "name", "document_id"):
        found.setdefault(row_id, {})[name] = document
    return found


def origin_of(
    disclosure: Disclosure, stored: Stored, *, is_draft: bool, documents: dict[str, UUID] | None = None
) -> Origin:
    """Return what a new version of a row needs; a draft's own row is replaced, not superseded."""
    row, private = stored
    kept = {
        column.field: Kept(
            bytes(digest).hex() if (digest := getattr(row, f"{column.field}_digest")) else None,
            private.get(f"{column.field}_tail", ""),
        )
        for column in disclosure.columns
        if isinstance(column.cell, Identity | Account)
    }
    own = is_draft and row.first_id == row.pk
    return Origin(
        row.pk,
        row.version,
        bytes(row.seed or b""),
        bytes(row.leaf),
        row.position,
        None if own else row.first_id,
        row.version if is_draft else row.version + 1,
        kept,
        row.release.names_at_first,
        documents or {},
    )


def cell_texts(columns: Sequence[Column], stored: Stored) -> dict[str, str]:
    """Return a row as a clerk would type it, by field; of ids and accounts only the last digits."""
    return {column.field: _text(column, stored) for column in columns}


def _text(column: Column, stored: Stored) -> str:
    row, private = stored
    match column.cell:
        case Identity() | Account():
            tail = private.get(f"{column.field}_tail", "")
            return f"****{tail}" if tail else ""
        case PersonName() if column.field in private:
            return str(private.get(column.field, ""))
        case PeriodCell():
            return Period.spanning(row.start_on, row.end_on).label()  # type: ignore[attr-defined] # the kind's own
        case Place():
            return _place(row)
        case Choice() as choice:
            value = getattr(row, column.field)
            return next((label for label, code in choice.options.items() if code == value), "")
        case Amount() as cell:
            value = getattr(row, column.field)
            if value is None:
                return ""
            # Where a column takes no negative number, the kind gave the sign: 追回 counts minus.
            return _trimmed(cell.canon(value if cell.allow_negative else abs(value)))
        case DueCell() | Files():
            return str(getattr(row, column.field))  # stored as templates write it
        case _:
            value = getattr(row, column.field)
            return "" if value is None or value == "" else column.cell.canon(value)


def _place(row: DisclosedRow) -> str:
    """Return a place as a cell names it: a village behind its township, since villages' names repeat."""
    region = row.region
    if region.level == Level.VILLAGE and region.parent is not None:
        return region.parent.short_name + region.short_name
    return region.short_name


def _trimmed(canon: str) -> str:
    """Return a number without the zeros that only its scale adds (two places stay)."""
    whole, dot, places = canon.partition(".")
    if not dot:
        return canon
    return f"{whole}.{places.rstrip('0'):0<2}"
