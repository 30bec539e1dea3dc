"""What a stored row committed to: its values in three groups again, and the leaf they give.

The inverse of how a load stores a row, by the kinds of its columns; whatever was altered in the
database gives another leaf.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Field

from portal.catalogue.models import NamesPolicy
from portal.columns.cells import (
    Account,
    Choice,
    Identity,
    OfficialName,
    PartyName,
    PeriodCell,
    PersonName,
    Place,
)
from portal.columns.column import Column
from portal.columns.periods import Period
from portal.record.leaves import RowName, group_digest, leaf_of, salt, text
from portal.releases.masking import shown
from portal.releases.models import DisclosedRow, NamesShown
from portal.releases.registry import Disclosure

# In the order in which `salts` holds them once a seed is gone.
GROUPS = ("kept", "what", "who")
_SALT, _DIGEST = b"\x00", b"\x01"
_SALT_BYTES, _DIGEST_BYTES = 16, 32
_PERSONS = (PersonName, PartyName)
# The bit of `erased` that says that the group `who` is gone.
WHO_ERASED = 1


class DamagedSaltsError(ValueError):
    """The salts of an erased row cannot be read."""


class AlteredNameError(ValueError):
    """A public name is not the stored one as the release's names are shown today."""


@dataclass
class Committed:
    """A row's values by group, as texts; the groups whose values were erased have a digest instead."""

    values: dict[str, dict[str, str]]
    salts: dict[str, bytes]
    digests: dict[str, str] = field(default_factory=dict)
    # (group, field) of values that equal the column's default: a blank cell was committed as no value.
    doubtful: list[tuple[str, str]] = field(default_factory=list)
    # Whether a name was committed to that the public is no longer shown.
    is_narrowed: bool = False

    def without(self, left_out: Iterable[tuple[str, str]]) -> Committed:
        """Return the same without some values."""
        gone = set(left_out)
        values = {
            group: {name: value for name, value in told.items() if (group, name) not in gone}
            for group, told in self.values.items()
        }
        return Committed(values, self.salts, self.digests, is_narrowed=self.is_narrowed)

    def all_digests(self) -> dict[str, str]:
        """Return the digest of every group, computed where the values are there."""
        computed = {group: group_digest(key, self.values[group]) for group, key in self.salts.items()}
        return computed | self.digests


def private_values(disclosure: Disclosure, ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """Return the columns the application may not read, by row id, through the officials' door."""
    wanted = list(ids)
    if not disclosure.private or not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, value FROM releases_private(%s, %s, %s)",
            [disclosure.model._meta.db_table, wanted, list(disclosure.private)],
        )
        # Django leaves jsonb of raw queries as text.
        return {row_id: json.loads(value) for row_id, value in cursor.fetchall()}


def committed(
    disclosure: Disclosure, row: DisclosedRow, private: Mapping[str, str], *, region: str, names: str = ""
) -> Committed:
    """Return what a stored row's values say; `region` is the code of its place, `row.release` is joined.

    A name that is shown less today is told as it was first shown: by the policy `names`, the one its
    release was published under unless given.

    Raises:
        DamagedSaltsError, AlteredNameError: it cannot be what was stored.
    """
    values: dict[str, dict[str, str]] = {"kept": {}, "what": {"region": region}, "who": {}}
    doubtful: list[tuple[str, str]] = []
    is_narrowed = False
    for column in disclosure.columns:
        _collect(column, row, private, values)
        if column.group == "who" and type(column.cell) in _PERSONS:
            is_narrowed |= _name(disclosure, column, row, private, values, names)
        if _equals_default(column, row):
            doubtful.append((column.group, column.field))
    if row.seed is not None:
        seed = bytes(row.seed)
        salts = {group: salt(seed, group) for group in GROUPS}
        return Committed(values, salts, doubtful=doubtful, is_narrowed=is_narrowed)
    salts, digests = read_salts(bytes(row.salts or b""))
    kept = {group: values[group] for group in salts}
    return Committed(kept, salts, digests, doubtful, is_narrowed=is_narrowed)


def opened(
    disclosure: Disclosure, row: DisclosedRow, private: Mapping[str, str], *, region: str
) -> Committed | None:
    """Return what a row committed to; None when its stored values give another leaf: they were altered."""
    for names in _policies(row):
        try:
            found = committed(disclosure, row, private, region=region, names=names)
        except (DamagedSaltsError, AlteredNameError):
            return None
        if (matching := _matching(disclosure, row, found)) is not None:
            return matching
    return None


def _policies(row: DisclosedRow) -> list[str]:
    """Return how a row's names may first have been shown: a kind may not say which are organisations'."""
    first = row.release.names_at_first
    is_masked = bool(row.release.names_published) and first == NamesShown.MASKED
    return [first, NamesPolicy.FULL] if is_masked else [first]


def _matching(disclosure: Disclosure, row: DisclosedRow, found: Committed) -> Committed | None:
    leaf, name = bytes(row.leaf), name_of(disclosure, row)
    for count in range(len(found.doubtful), -1, -1):
        for left_out in combinations(found.doubtful, count):
            candidate = found.without(left_out)
            if leaf_of(name, candidate.all_digests())[1] == leaf:
                return candidate
    return None


def _equals_default(column: Column, row: DisclosedRow) -> bool:
    """Say whether a blank cell would have been stored as what is stored."""
    if isinstance(column.cell, Choice | Place | Identity | Account | PersonName | PeriodCell):
        return False
    stored = row._meta.get_field(column.field)
    return (
        isinstance(stored, Field)
        and not stored.null
        and stored.has_default()
        and getattr(row, column.field) == stored.get_default()
        and getattr(row, column.field) != ""
    )


def leaf_hash_of(
    disclosure: Disclosure, row: DisclosedRow, private: Mapping[str, str], *, region: str
) -> bytes:
    """Return the leaf hash (32 bytes) that a row's stored values give."""
    found = committed(disclosure, row, private, region=region)
    return leaf_of(name_of(disclosure, row), found.all_digests())[1]


def name_of(disclosure: Disclosure, row: DisclosedRow) -> RowName:
    """Return what the row's leaf says in clear."""
    return RowName(disclosure.code, str(row.pk), row.version)


def _collect(
    column: Column, row: DisclosedRow, private: Mapping[str, str], values: dict[str, dict[str, str]]
) -> None:
    name = column.field
    match column.cell:
        case Place():
            return  # the place itself is committed by its code
        case Identity() | Account():
            tail = private.get(f"{name}_tail", "")
            digest = getattr(row, f"{name}_digest")
            if tail:
                values["kept"][f"{name}_tail"] = tail
            if digest is not None:
                values["kept"][name] = bytes(digest).hex()
        case PersonName() if not isinstance(column.cell, OfficialName):
            if private.get(name):
                values["kept"][name] = text(private[name])
        case PeriodCell():
            values["what"][name] = Period.spanning(row.start_on, row.end_on).label()  # type: ignore[attr-defined] # the kind's own
        case _:
            stored: Any = getattr(row, name)
            if stored is not None and stored != "":
                # A text is stored as it was committed.
                told = stored if isinstance(stored, str) else column.cell.canon(stored)
                values[column.group][name] = told


def _name(
    disclosure: Disclosure,
    column: Column,
    row: DisclosedRow,
    private: Mapping[str, str],
    values: dict[str, dict[str, str]],
    names: str,
) -> bool:
    """Tell a public name as it was first shown; say whether it is shown less today."""
    stored: str = getattr(row, f"{column.field}_public")
    first, is_narrowed = stored, False
    is_changed = row.release.names_published and not row.erased & WHO_ERASED
    if is_changed and not disclosure.is_organisation(row, column.field):
        now, name = row.release.names, private.get(column.field, "")
        # Without the stored name only that nothing is shown can be told.
        if stored != shown(name, now) and (name or shown("某", now) == ""):
            raise AlteredNameError(column.field)
        if name:
            first = shown(name, names or row.release.names_at_first)
            is_narrowed = first != stored
    if first:
        values["who"][column.field] = text(first)
    return is_narrowed


def read_salts(packed: bytes) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the salts of the groups kept and the digests of those erased.

    For each group in order one byte: 0 and its salt (16 bytes), or 1 and its digest (32 bytes).

    Raises:
        DamagedSaltsError: it is anything else.
    """
    salts, digests = {}, {}
    for group in GROUPS:
        mark, packed = packed[:1], packed[1:]
        length = {_SALT: _SALT_BYTES, _DIGEST: _DIGEST_BYTES}.get(mark)
        if length is None or len(packed) < length:
            raise DamagedSaltsError("salts cannot be read")
        if mark == _SALT:
            salts[group] = packed[:length]
        else:
            digests[group] = packed[:length].hex()
        packed = packed[length:]
    if packed:
        raise DamagedSaltsError("salts cannot be read")
    return salts, digests


def pack_salts(found: Committed, *, erased: Iterable[str]) -> bytes:
    """Return what takes the seed's place when groups are erased: see `read_salts`."""
    gone = set(erased) | set(found.digests)
    digests = found.all_digests()
    return b"".join(
        _DIGEST + bytes.fromhex(digests[group]) if group in gone else _SALT + found.salts[group]
        for group in GROUPS
    )
