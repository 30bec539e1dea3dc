"""Releases against the log: what an entry says of a release, every row and every total of it."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Sum

from portal.documents import store
from portal.log.models import Leaf
from portal.record.tree import root_of
from portal.record.verifying import entry_of
from portal.releases import entries, leaves
from portal.releases.actions.attachments import gives_its_leaf
from portal.releases.actions.publication import totals_of
from portal.releases.committed import opened, private_values
from portal.releases.entries import Entry
from portal.releases.models import Release, State
from portal.releases.registry import Disclosure, kind
from portal.releases.verification.difference import DifferenceError
from portal.releases.verification.narrowed import check_narrowings

_AT_ONCE = 1000
_SIZES = ("full", "preview", "thumb")
PUBLIC = (State.PUBLISHED, State.WITHDRAWN)


def check_release(release: Release) -> int:
    """Check one published or withdrawn release against the log; return how many rows were checked.

    Call it inside a transaction.
    """
    index = _check_entry(release, "release", entries.of_publication(release))
    if release.state == State.WITHDRAWN:
        _check_entry(release, "withdraw", entries.of_withdrawal(release))
    elif Leaf.objects.filter(kind="withdraw", release=release.pk).exists():
        raise DifferenceError("release", release.pk, "state", "日志里已经撤下", index=index)
    checked = _check_rows(release, index)
    _check_documents(release, index)
    root = root_of(leaf.hash for leaf in leaves.of_release(release))
    if root != bytes(release.root or b""):
        raise DifferenceError(
            "release", release.pk, "root", "和各行算出来的不一样，有行加了或少了", index=index
        )
    _check_totals(release, index)
    return checked


def check_all_known() -> None:
    """Check that every release the log names is there, in the state it says."""
    named = Leaf.objects.filter(kind="release").values_list("release", "idx").order_by("idx")
    there = set(Release.objects.filter(state__in=PUBLIC).values_list("pk", flat=True))
    for release, index in named.iterator():
        if release not in there:
            raise DifferenceError("release", release, "state", "日志里公开过，现在不见了", index=index)


def _check_entry(release: Release, act: str, expected: Entry) -> int:
    leaf = Leaf.objects.filter(kind=act, release=release.pk).first()
    if leaf is None:
        raise DifferenceError("release", release.pk, "log", "没有记进公开日志")
    told = entry_of(bytes(leaf.entry)) or {}
    expected = {"v": "1", **expected}
    for field in sorted({*told, *expected}):
        if told.get(field) != expected.get(field):
            raise DifferenceError("release", release.pk, field, "和公开日志里记的不一样", index=leaf.idx)
    index: int = leaf.idx
    return index


def _check_rows(release: Release, index: int) -> int:
    disclosure = kind(release.kind)
    by_law = _erased(release)
    erased = by_law | check_narrowings(release, index)
    checked = 0
    for rows in _batches(disclosure, release):
        private = private_values(disclosure, [row.pk for row in rows])
        for row in rows:
            if opened(disclosure, row, private.get(row.pk, {}), region=row.region.code) is None:
                field = _suspect(disclosure, release)
                raise DifferenceError(release.kind, row.pk, field, "和公开时的指纹对不上", index=index)
            if row.seed is not None and str(row.pk) in by_law:
                raise DifferenceError(
                    release.kind, row.pk, "seed", "日志里已依法删除，内容却还在，可能是旧备份", index=index
                )
            if row.seed is None and str(row.pk) not in erased:
                raise DifferenceError(release.kind, row.pk, "seed", "日志里没有记它被依法删除", index=index)
        checked += len(rows)
    return checked


def _erased(release: Release, field: str = "ids") -> set[str]:
    """Return the rows (or with `docs` the attachments) whose erasure the log records."""
    acts = Leaf.objects.filter(kind="erase", release=release.pk).values_list("entry", flat=True)
    told = [(entry_of(bytes(entry)) or {}).get(field, "") for entry in acts]
    return {one for ids in told for one in ids.split(",") if one}


def _batches(disclosure: Disclosure, release: Release) -> Iterator[list[Any]]:
    rows = (
        disclosure.model._default_manager.filter(release=release)
        .select_related("region", "release")
        .order_by("pk")
    )
    stream = rows.iterator(_AT_ONCE)
    while batch := list(islice(stream, _AT_ONCE)):
        yield batch


def _check_documents(release: Release, index: int) -> None:
    """Check every attachment against its leaf, and the bytes of every page as they are served."""
    attached = release.attachments.filter(leaf__isnull=False).select_related("document")
    by_law = _erased(release, "docs")
    for one in attached.prefetch_related("document__pages").order_by("pk").iterator(_AT_ONCE):
        if not gives_its_leaf(one):
            raise DifferenceError(leaves.DOCUMENT, one.pk, "pages", "和公开时的指纹对不上", index=index)
        if (one.erased_at is not None) != (str(one.pk) in by_law):
            raise DifferenceError(
                leaves.DOCUMENT, one.pk, "erased", "和日志里记的依法删除不一样", index=index
            )
        if one.erased_at is not None:
            continue  # its pictures are gone; its hashes still give its leaf
        for page in one.document.pages.all():
            for size in _SIZES:
                name = bytes(getattr(page, f"{size}_sha256")).hex()
                served = store.read(name)
                if served is None or sha256(served).hexdigest() != name:
                    field = f"page {page.number} {size}".removesuffix(" full")
                    raise DifferenceError(leaves.DOCUMENT, one.pk, field, "文件不见了或改过", index=index)


def _suspect(disclosure: Disclosure, release: Release) -> str:
    """Return which field was altered, as far as other figures tell: a leaf hides which value differs."""
    if disclosure.amount:
        rows = disclosure.model._default_manager.filter(release=release)
        if (rows.aggregate(sum=Sum(disclosure.amount))["sum"] or 0) != release.amount:
            return disclosure.amount
    return "values"


def _check_totals(release: Release, index: int) -> None:
    statement, told = totals_of(release, kind(release.kind))
    columns = "region_id, kind, subject, start_on, end_on, paid_on, row_count, amount"
    stored = f"SELECT {columns} FROM releases_total WHERE release_id = %(release)s"  # noqa: S608 # constants
    for one, other in ((statement, stored), (stored, statement)):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT region_id FROM (({one}) EXCEPT ALL ({other})) AS differing LIMIT 1", told)  # noqa: S608 # constants
            if found := cursor.fetchone():
                place = f"{release.pk}/{found[0]}"
                raise DifferenceError("total", place, "amount", "和各行加起来的不一样", index=index)
