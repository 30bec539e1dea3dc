"""Rows typed in by hand: the same checks, the same COPY and the same rules as a file of one row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from portal.columns.cells import Place
from portal.columns.row import Given
from portal.findings.actions import run_rules
from portal.imports.building import Builder
from portal.imports.origins import (
    PUBLIC_ID,
    Origin,
    Stored,
    cell_texts,
    current_rows,
    origin_of,
    stored_rows,
)
from portal.imports.places import Gazetteer
from portal.imports.plan import Built, Plan, draft_key
from portal.imports.reading.errors import RowError
from portal.imports.reading.headers import BoundColumn
from portal.imports.request import RefusedError
from portal.imports.storing import Secrets
from portal.imports.writing import Found, settled, write_rows
from portal.people.models import User
from portal.places.models import Body
from portal.releases.actions import note_edit, recount
from portal.releases.actions.attachments import carry_over, take_away
from portal.releases.actions.drafting import may_draft
from portal.releases.actions.steps import locked
from portal.releases.errors import NotAllowedError
from portal.releases.models import DisclosedRow, Release, Stage, State
from portal.releases.registry import Disclosure, kind
from portal.vault import keys


@dataclass(frozen=True)
class TypedRow:
    """One row as typed: cells by field; `row_id` names the row it changes, None for a new one.

    With `is_forced`, a public row gets a new version although no cell differs: its documents will.
    """

    cells: dict[str, str]
    row_id: UUID | None = None
    is_forced: bool = False


@dataclass
class _Desk:
    """A locked draft and what typing into it needs."""

    release: Release
    disclosure: Disclosure
    by: User
    at: datetime
    today: date
    columns: list[BoundColumn] = field(default_factory=list)
    # The last position taken, and the positions of the rows that are changed.
    last: int = 0
    edited: dict[UUID, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = [
            BoundColumn(column, 1, column.header) for column in (PUBLIC_ID, *self.disclosure.columns)
        ]


@transaction.atomic
def save_rows(release_id: UUID, typed: Sequence[TypedRow], *, by: User, at: datetime, today: date) -> int:
    """Add and change rows of a draft, all or none; return how many were written.

    In a correction, a changed published row becomes a new version that replaces it at publication.

    Raises:
        RefusedError: cells are wrong (row numbers count `typed` from 1). NotAllowedError: no clerk of
        the body. WrongStateError: no draft any more.
    """
    return sum(_save(_desk(release_id, by, at, today), typed).rows.values())


@transaction.atomic
def save_row(release_id: UUID, typed: TypedRow, *, by: User, at: datetime, today: date) -> UUID:
    """Add or change one row of a draft; return it as it stands from now on. Raises as `save_rows`."""
    built = _save(_desk(release_id, by, at, today), [typed])
    for _, new in built.replaced:
        if new is not None:
            return new
    if typed.row_id is not None:
        return typed.row_id  # nothing in it has changed
    (line,) = (block for blocks in built.blocks.values() for block in blocks)
    return UUID(line.split(b"\t", 1)[0].decode())


@transaction.atomic
def own_versions(
    release_id: UUID, row_ids: Iterable[UUID], *, by: User, at: datetime, today: date
) -> dict[UUID, UUID]:
    """Return the draft's own version of each of its rows; unknown ones are left out.

    A public row that a correction shows gets one now, its cells unchanged: something behind it will be.
    Raises as `save_rows`.
    """
    desk = _desk(release_id, by, at, today)
    rows = list(
        current_rows(desk.release).filter(pk__in=set(row_ids)).select_related("region__parent", "release")
    )
    own = {row.pk: row.pk for row in rows if _is_own(desk, row)}
    public = stored_rows(desk.disclosure, [row for row in rows if row.pk not in own])
    if public:
        typed = [TypedRow(_unchanged(desk, stored), stored.row.pk, is_forced=True) for stored in public]
        own |= {old: new for old, new in _save(desk, typed).replaced if new is not None}
    return own


def _unchanged(desk: _Desk, stored: Stored) -> dict[str, str]:
    """Return a row as it would be typed again; its place by the code, since names repeat."""
    texts = cell_texts(desk.disclosure.columns, stored)
    for column in desk.disclosure.columns:
        if isinstance(column.cell, Place):
            texts[column.field] = stored.row.region.code
    return texts


def _save(desk: _Desk, typed: Sequence[TypedRow]) -> Built:
    _refuse_twice(typed)
    wanted = [row.row_id for row in typed if row.row_id]
    rows = current_rows(desk.release).filter(pk__in=wanted).select_related("release")
    found = {stored.row.pk: stored for stored in stored_rows(desk.disclosure, rows)}
    desk.edited = {pk: stored.row.position for pk, stored in found.items()}
    known = settled(desk.disclosure, desk.release)
    forced = {row.row_id for row in typed if row.is_forced}
    origins = {
        str(pk): replace(_origin(desk, stored), is_forced=pk in forced) for pk, stored in found.items()
    }
    built = _build(desk, typed, origins)
    if built.error_count:
        raise RefusedError(built, [])
    write_rows(desk.disclosure, iter(block for blocks in built.blocks.values() for block in blocks))
    _supersede(desk, built.replaced, {pk for pk, stored in found.items() if _is_own(desk, stored.row)})
    _settle(desk, built, typed, known)
    _finish(desk, 0)
    return built


@transaction.atomic
def delete_rows(release_id: UUID, row_ids: Iterable[UUID], *, by: User, at: datetime, today: date) -> int:
    """Take rows out of a draft; in a correction, a published row is to be withdrawn. Return how many."""
    desk = _desk(release_id, by, at, today)
    rows = list(current_rows(desk.release).filter(pk__in=set(row_ids)))
    _supersede(
        desk,
        [(row.pk, None) for row in rows],
        {row.pk for row in rows if _is_own(desk, row)},
    )
    settled(desk.disclosure, desk.release)  # what a deleted line would have replaced stays
    return _finish(desk, len(rows))


@transaction.atomic
def keep_rows(release_id: UUID, row_ids: Iterable[UUID], *, by: User, at: datetime, today: date) -> int:
    """Take back that a correction withdraws rows; return how many stay public as they are."""
    desk = _desk(release_id, by, at, today)
    withdrawn = desk.release.replacements.filter(by_row_id__isnull=True, row_id__in=list(row_ids))
    return _finish(desk, withdrawn.delete()[0])


def _desk(release_id: UUID, by: User, at: datetime, today: date) -> _Desk:
    release = locked(release_id, State.DRAFT)
    if not may_draft(by, release.body):
        raise NotAllowedError(f"您不是“{release.body.name}”的录入员，不能改它的草稿。")
    return _Desk(release, kind(release.kind), by, at, today)


def _finish(desk: _Desk, count: int) -> int:
    recount(desk.release)
    note_edit(desk.release, by=desk.by, at=desk.at)
    run_rules(desk.release)
    return count


def _is_own(desk: _Desk, row: DisclosedRow) -> bool:
    return row.release_id == desk.release.pk


def _settle(desk: _Desk, built: Built, typed: Sequence[TypedRow], known: Sequence[Found]) -> None:
    """Ask the kind about the draft as it now stands; raise RefusedError with what this typing brought.

    Positions of new rows count on from the last one; another row that is concerned is named by its own.
    What was wrong before (`known`: somebody published the same meanwhile) keeps nobody from mending it.
    """
    edited = set(desk.edited.values())
    old = {found for found in known if found[0] not in edited}
    numbers = {desk.last + number: number for number in range(1, len(typed) + 1)}
    numbers |= {desk.edited[row.row_id]: at for at, row in enumerate(typed, 1) if row.row_id in desk.edited}
    for found in settled(desk.disclosure, desk.release):
        if found in old:
            continue
        position, name, message = found
        at = numbers.get(position)
        told = message if at else f"第 {position} 行：{message}"
        built.errors.append(RowError("", at, desk.disclosure.column(name).header, "", told))
        built.error_count += 1
    if built.error_count:
        raise RefusedError(built, [])


def _refuse_twice(typed: Sequence[TypedRow]) -> None:
    """Refuse the same row typed twice: which of the two should stand?"""
    built, seen = Built(), set()
    for number, row in enumerate(typed, start=1):
        if row.row_id in seen:
            message = "这一行交了两次，请只留一行"
            built.errors.append(RowError("", number, PUBLIC_ID.header, "", message))
            built.error_count += 1
        if row.row_id:
            seen.add(row.row_id)
    if built.error_count:
        raise RefusedError(built, [])


def _origin(desk: _Desk, stored: Stored) -> Origin:
    return origin_of(desk.disclosure, stored, is_draft=_is_own(desk, stored.row))


def _build(desk: _Desk, typed: Sequence[TypedRow], origins: dict[str, Origin]) -> Built:
    release = desk.release
    body = Body.objects.with_region().get(pk=release.body_id)
    item = release.item.code
    key = draft_key(item, body.region.code) if desk.disclosure.per_place else item
    desk.last = current_rows(release).aggregate(last=Max("position"))["last"] or 0
    plan = Plan(
        disclosure=desk.disclosure,
        headers=desk.columns,
        sheet="",
        given=Given(
            period=release.period,
            today=desk.today,
            item=release.item.code,
            county=release.county,
            is_notice=release.stage == Stage.POSTED,
            within=body.region.prefix,
        ),
        gazetteer=Gazetteer.of_body(body),
        lookups=desk.disclosure.lookups(release.county),
        secrets=Secrets(keys.load("matching"), {release.item.code: release.names}),
        releases={key: release.pk},
        first_position=desk.last,
        origins=origins,
    )
    rows = [
        (
            number,
            [str(row.row_id or "")]
            + [row.cells.get(bound.column.field, "").strip() for bound in desk.columns[1:]],
        )
        for number, row in enumerate(typed, start=1)
    ]
    return Builder(plan).build(rows)


def _supersede(desk: _Desk, replaced: list[tuple[UUID, UUID | None]], own: set[UUID]) -> None:
    """Delete the draft's own old rows; note replacements of published ones."""
    gone = [old for old, _ in replaced if old in own]
    following = dict(replaced)
    for plan in desk.release.replacements.filter(by_row_id__in=gone):
        new = following[plan.by_row_id] if plan.by_row_id else None
        if new is None and not desk.release.is_correction:
            plan.delete()  # a line of type 更正 is gone, and what it would have replaced stays
            continue
        plan.by_row_id = new
        plan.save(update_fields=["by_row_id"])
    carry_over(desk.release, {old: new for old, new in replaced if new is not None}, without=())
    take_away(desk.release, gone)
    table = connection.ops.quote_name(desk.disclosure.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = ANY (%s)", [gone])  # noqa: S608 # own table
    desk.release.replacements.bulk_create(
        desk.release.replacements.model(release=desk.release, row_id=old, by_row_id=new)
        for old, new in replaced
        if old not in own
    )
