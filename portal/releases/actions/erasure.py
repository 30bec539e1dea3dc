"""Erase personal values of published rows where the law requires it: two persons, one database function."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from portal.columns.cells import Account, Identity, OfficialName, PersonName
from portal.columns.column import Column
from portal.log.appending import moment
from portal.people.models import Role, User
from portal.people.scope import bodies
from portal.record.tree import root_of
from portal.releases import hooks
from portal.releases.actions.publication import announce, record
from portal.releases.actions.steps import locked
from portal.releases.committed import opened, pack_salts, private_values
from portal.releases.errors import NotAllowedError, NotReadyError, WrongStateError
from portal.releases.models import Erasure, Release, State
from portal.releases.registry import Disclosure, kind

ERASABLE = ("kept", "who")
# So that an entry of the log can name them all.
MOST_ROWS = 64


@transaction.atomic
def ask_erasure(
    release_id: UUID, rows: Collection[UUID], groups: Collection[str], *, ground: str, by: User, at: datetime
) -> Erasure:
    """Ask that personal values of some rows go; nothing is changed before somebody else decides.

    Raises:
        WrongStateError: never published. NotAllowedError: no office of the place.
        NotReadyError: no rows, too many, rows of another release, or a group that stays.
    """
    release = locked(release_id, State.PUBLISHED, State.WITHDRAWN)
    _refuse_strangers(by, release, {Role.CLERK, Role.TOWNSHIP_REVIEWER, Role.COUNTY_REVIEWER})
    wanted = sorted(set(rows))
    there = kind(release.kind).model._default_manager.filter(release=release, pk__in=wanted).count()
    if not 0 < len(wanted) <= MOST_ROWS or there != len(wanted):
        raise NotReadyError([f"要写明这一批里的行，一次最多 {MOST_ROWS} 行。"])
    if not groups or not set(groups) <= set(ERASABLE):
        raise NotReadyError(["只能删个人信息（who、kept），金额和项目不能删。"])
    return Erasure.objects.create(
        release=release, rows=wanted, groups=sorted(set(groups)), ground=ground, asked_by=by, asked_at=at
    )


@transaction.atomic
def decide_erasure(erasure_id: UUID, *, by: User, at: datetime) -> Erasure:
    """Carry an erasure out: values and salts go, leaves and proofs stay, the log says so.

    Raises:
        WrongStateError: decided before. NotAllowedError: not a county reviewer, or who asked for it.
        NotReadyError: a row no longer gives its leaf: erasing would hide that.
    """
    erasure = Erasure.objects.select_for_update().get(pk=erasure_id)
    release = locked(erasure.release_id, State.PUBLISHED, State.WITHDRAWN)
    if erasure.decided_at is not None:
        raise WrongStateError("这一件已经办过了。")
    _refuse_strangers(by, release, {Role.COUNTY_REVIEWER})
    if by.pk == erasure.asked_by_id:
        raise NotAllowedError("提出的人不能批准。")
    erasure.decided_by, erasure.decided_at = by, at
    erasure.save(update_fields=["decided_by", "decided_at"])
    leaves = _carry_out(erasure, kind(release.kind))
    for remove in hooks.on_erasure:
        remove(erasure)
    announce(release, kind(release.kind))
    record(
        {
            "t": "erase",
            "rel": str(release.pk),
            "ground": erasure.ground,
            "groups": "+".join(erasure.groups),
            "count": str(len(erasure.rows)),
            "ids": ",".join(str(row) for row in erasure.rows),
            "root": root_of(leaves).hex(),
            "at": moment(at),
        }
    )
    return erasure


def _refuse_strangers(user: User, release: Release, roles: set[Role]) -> None:
    if not bodies(user, roles).filter(pk=release.body_id).exists():
        raise NotAllowedError("这不归您管。")


def _carry_out(erasure: Erasure, disclosure: Disclosure) -> list[bytes]:
    """Call the door for the rows in the order of their ids; return their leaf hashes."""
    found = disclosure.model._default_manager.select_related("region", "release").filter(pk__in=erasure.rows)
    rows: dict[UUID, Any] = {row.pk: row for row in found}
    private = private_values(disclosure, erasure.rows)
    salts = []
    for row_id in erasure.rows:
        row = rows[row_id]
        values = opened(disclosure, row, private.get(row_id, {}), region=row.region.code)
        if values is None:
            raise NotReadyError(["有的行和公开时的指纹对不上，先查清再删。"])
        salts.append(pack_salts(values, erased=erasure.groups))
    fields = sorted({name for column in disclosure.columns for name in _stored(column, erasure.groups)})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT releases_erase(%s, %s, %s, %s)",
            [erasure.pk, disclosure.model._meta.db_table, salts, fields],
        )
    return [bytes(rows[row_id].leaf) for row_id in erasure.rows]


def _stored(column: Column, groups: Collection[str]) -> list[str]:
    """Return the stored columns of a template column that hold values of some groups."""
    match column.cell:
        case Identity() | Account():
            return [f"{column.field}_digest", f"{column.field}_tail"] if "kept" in groups else []
        case PersonName() if not isinstance(column.cell, OfficialName):
            names = [column.field] if "kept" in groups else []
            is_shown = column.group == "who" and "who" in groups
            return [*names, f"{column.field}_public"] if is_shown else names
        case _:
            return [column.field] if column.group in groups else []
