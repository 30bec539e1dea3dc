"""The proof of one row, made and checked when somebody asks: values, leaf, release, entry, signed head.

Nothing here trusts a flag: what cannot be shown by hashes and a signature is not said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from portal.log import condition, reading
from portal.log.models import Checkpoint, Leaf
from portal.record import verifying
from portal.record.verifying import RefusedError
from portal.releases import trees
from portal.releases.committed import Committed, opened, private_values
from portal.releases.models import Release
from portal.releases.registry import Disclosure


class UnprovenError(Exception):
    """A row's place in the log could not be shown; the text says which link is missing."""


@dataclass(frozen=True)
class Place:
    """Where a release stands in the log, and the checkpoint that covers it (None: not signed yet)."""

    index: int
    entry: bytes
    checkpoint: Checkpoint | None
    path: list[bytes]

    @property
    def is_sealed(self) -> bool:
        """Whether a signed head covers it; the proof was checked."""
        return self.checkpoint is not None

    @cached_property
    def root(self) -> bytes:
        """The root of the release's tree that the entry names."""
        return bytes.fromhex((verifying.entry_of(self.entry) or {}).get("root", ""))


@dataclass(frozen=True)
class RowProof:
    """A row's values with what opens them, its path in the release's tree, and that release's place."""

    values: Committed
    leaf: bytes
    path: trees.Path
    place: Place


def place_of(release_id: UUID) -> Place:
    """Return where a published release stands, with its inclusion checked under the newest checkpoint.

    Raises:
        UnprovenError: it is not in the log, or what is stored does not lead to the signed head.
    """
    leaf = Leaf.objects.filter(kind="release", release=release_id).first()
    if leaf is None:
        raise UnprovenError("not in the log")
    entry, checkpoint = bytes(leaf.entry), reading.newest()
    if checkpoint is None or checkpoint.size <= leaf.idx:
        return Place(leaf.idx, entry, None, [])
    try:
        head = verifying.open_checkpoint(checkpoint.note, reading.vkeys())
        path = reading.inclusion(leaf.idx, head.size)
        verifying.check_inclusion(verifying.entry_hash(entry), leaf.idx, head, path)
    except RefusedError as error:
        raise UnprovenError(str(error)) from error
    return Place(leaf.idx, entry, checkpoint, path)


def prove(
    disclosure: Disclosure, row: Any
) -> RowProof:  # Any: a row of any kind, joined with release and region
    """Return the proof of a row, checked link by link.

    Raises:
        UnprovenError: a link does not hold: the row, its release or the log was altered.
    """
    release: Release = row.release
    place = place_of(release.pk)
    private = private_values(disclosure, [row.pk]).get(row.pk, {})
    values = opened(disclosure, row, private, region=row.region.code)
    if values is None:
        raise UnprovenError("the row does not give its leaf")
    path = trees.path_of(release, disclosure.code, row.pk)
    if path is None:
        raise UnprovenError("the row is not in its release")
    try:
        verifying.check_path(bytes(row.leaf), path.index, path.size, path.hashes, place.root)
    except RefusedError as error:
        raise UnprovenError(str(error)) from error
    return RowProof(values, bytes(row.leaf), path, place)


@dataclass(frozen=True)
class Seal:
    """What a page may say of a row's release: its number in the log; since when; whether it is signed yet."""

    index: int
    since: datetime | None
    is_sealed: bool


def seal_of(disclosure: Disclosure, row: Any) -> Seal | None:  # Any: as for `prove`
    """Return what may be said of a row today; None where it cannot be proved or the log is in doubt."""
    if not condition.is_trusted():
        return None
    try:
        proof = prove(disclosure, row)
    except UnprovenError:
        return None
    return Seal(proof.place.index, row.release.published_at, proof.place.is_sealed)


def are_sealed(release_ids: list[UUID]) -> bool:
    """Say whether every one of some releases stands under the signed head with the root it is stored with."""
    if not release_ids or not condition.is_trusted():
        return False
    roots = dict(Release.objects.filter(pk__in=release_ids).values_list("pk", "root"))
    leaves = list(Leaf.objects.filter(kind="release", release__in=release_ids))
    checkpoint = reading.newest()
    if checkpoint is None or len(leaves) < len(set(release_ids)):
        return False
    tree = reading.tree()
    try:
        head = verifying.open_checkpoint(checkpoint.note, reading.vkeys())
        for leaf in leaves:
            told = verifying.entry_of(bytes(leaf.entry)) or {}
            if leaf.release is None or told.get("root") != bytes(roots[leaf.release] or b"").hex():
                return False
            path = reading.path_in(tree, leaf.idx, head.size)
            verifying.check_inclusion(verifying.entry_hash(bytes(leaf.entry)), leaf.idx, head, path)
    except (RefusedError, ValueError):
        return False
    return True
