"""Loads a table into a draft release: the one way in for files, manifests and typed rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, transaction
from uuid_utils.compat import uuid7

from portal.catalogue.models import CatalogueItem
from portal.columns.periods import Period
from portal.columns.row import Given
from portal.imports.building import Builder, Built, Plan, RawRow, copy_columns
from portal.imports.origins import PUBLIC_ID, Origin, origin_of, standing_rows, stored_rows
from portal.imports.pipeline import build_all
from portal.imports.places import Gazetteer
from portal.imports.reading.errors import FileError, RowError
from portal.imports.reading.overlay import Overlay
from portal.imports.reading.tables import Table, open_tables
from portal.imports.storing import Secrets
from portal.people.models import User
from portal.places.models import Body
from portal.releases.actions import recount, start_correction, start_draft
from portal.releases.models import Release, Stage, Via
from portal.releases.registry import Disclosure, kind
from portal.vault import keys

Progress = Callable[[int], None]
_LOOK_AHEAD = 200


class RefusedError(Exception):
    """The file has errors; nothing was loaded."""

    def __init__(self, built: Built, notes: list[str]) -> None:
        super().__init__(f"{built.error_count} errors")
        self.built = built
        self.notes = notes


@dataclass(frozen=True, kw_only=True)
class LoadRequest:
    """What a clerk says about a file before it is read."""

    kind: str
    body: Body
    period: Period
    by: User
    today: date
    item: CatalogueItem | None = None
    batch: int = 1
    stage: Stage = Stage.PAID
    expected: Decimal | None = None
    is_history: bool = False
    is_nil: bool = False
    # The published release that the file (an exported one, edited) corrects, and why.
    corrects: Release | None = None
    reason: str = ""
    via: Via = Via.REVIEW
    all_sheets: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)
    overlay: Overlay = field(default_factory=dict)
    processes: int = 1


@dataclass
class Loaded:
    """What a load brought: the releases (one per catalogue item), figures, notes for the clerk."""

    releases: list[Release]
    rows: int = 0
    amount: Decimal = Decimal(0)
    notes: list[str] = field(default_factory=list)


def fingerprint(path: Path) -> bytes:
    """Return the SHA-256 of a file (32 bytes), by which the same file is known again."""
    digest = sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.digest()


def default_item(disclosure: Disclosure, body: Body) -> tuple[CatalogueItem, str]:
    """Return the item meant where none was told, and the sentence that says so.

    The only item of the kind that bodies of this level owe, else the kind's first in the catalogue.
    """
    items = list(CatalogueItem.objects.filter(kind=disclosure.code, is_active=True))
    if not items:
        raise FileError(f"公开目录里没有用“{disclosure.title}”模板的事项，请先在目录里添加。")
    owed = [item for item in items if item.level == body.region.level]
    item = owed[0] if len(owed) == 1 else items[0]
    return item, f"没有指明公开事项，按“{item}”导入。"


class _Load:
    """One load under way: what was read ahead, what was built, where its rows go."""

    def __init__(self, request: LoadRequest, path: Path, progress: Progress) -> None:
        self.request = request
        self.path = path
        self.progress = progress
        self.disclosure = kind(request.kind)
        self.notes: list[str] = []
        self.built = Built()
        self.lookups = self.disclosure.lookups(request.body.region.county_code)
        self.gazetteer = Gazetteer.of_body(request.body)
        self.items = {
            item.code: item for item in CatalogueItem.objects.filter(kind=request.kind, is_active=True)
        }
        self.secrets = Secrets(keys.load("matching"), {code: item.names for code, item in self.items.items()})
        self.release_ids = {code: uuid7() for code in self.items}
        self.last_row = 0
        self.origins: dict[str, Origin] = {}
        if request.corrects is not None:
            standing = standing_rows((request.corrects.corrects or request.corrects).pk)
            self.origins = {
                str(stored.row.pk): origin_of(self.disclosure, stored, is_draft=False)
                for stored in stored_rows(self.disclosure, standing.select_related("region"))
            }

    def tables(self) -> list[Table]:
        """Open the file's tables; raise FileError."""
        columns = self.disclosure.columns
        return open_tables(
            self.path,
            (PUBLIC_ID, *columns) if self.request.corrects else columns,
            all_sheets=self.request.all_sheets,
            mapping=self.request.mapping,
            overlay=self.request.overlay,
        )

    def main_item(self, tables: list[Table]) -> CatalogueItem:
        """Return the item of the draft: told, or named by the first rows, or the default (noted)."""
        if self.request.corrects is not None:
            return self.request.corrects.item
        if self.request.item is not None:
            return self.request.item
        item, note = default_item(self.disclosure, self.request.body)
        table = tables[0]
        ahead = list(islice(table.rows, _LOOK_AHEAD))
        table.rows = chain(ahead, table.rows)
        named = Builder(self.plan(table, item, 0)).build(ahead).rows
        if named:
            return self.items[max(named, key=lambda code: named[code])]
        self.notes.append(note)
        return item

    def plan(self, table: Table, item: CatalogueItem, first_position: int) -> Plan:
        """Return the plan for one table."""
        request = self.request
        return Plan(
            disclosure=self.disclosure,
            headers=table.headers,
            sheet=table.sheet,
            given=Given(
                period=request.period,
                today=request.today,
                item=item.code,
                county=request.body.region.county_code,
                is_notice=request.stage == Stage.POSTED,
                is_history=request.is_history,
            ),
            gazetteer=self.gazetteer,
            lookups=self.lookups,
            secrets=self.secrets,
            releases=self.release_ids,
            first_position=first_position,
            origins=self.origins,
        )

    def results(self, tables: list[Table], item: CatalogueItem) -> Iterator[Built]:
        """Yield what is built of every table, in order; figures and errors are taken along."""
        offset = 0
        for table in tables:
            rows = self._counted(table.rows)
            for built in build_all(self.plan(table, item, offset), rows, processes=self.request.processes):
                self.built.add(built)
                self.progress(sum(self.built.rows.values()) + self.built.wrong_rows)
                yield built
            offset += self.last_row
            self.notes.extend(table.notes)
            self.built.add(Built(errors=table.errors, error_count=len(table.errors)))

    def _counted(self, rows: Iterator[RawRow]) -> Iterator[RawRow]:
        self.last_row = 0
        for number, cells in rows:
            self.last_row = number
            yield number, cells

    def refuse_if_wrong(self) -> None:
        """Raise RefusedError when any error was found."""
        if self.built.error_count:
            raise RefusedError(self.built, self.notes)
        if self.request.corrects is not None:
            if not self.built.rows and not self.built.replaced:
                raise FileError("这份表和已公开的一样，没有一行要更正。")
            return
        if not self.built.rows and not self.request.is_nil:
            raise FileError("表里一行数据也没有。本期确实没有发生的，请勾选“本期无发生”（命令加 --nil）。")
        if self.built.rows and self.request.is_nil:
            raise FileError("表里有数据，不能算“本期无发生”。请去掉勾选（命令去掉 --nil）。")


def _quiet(_rows: int) -> None:
    """Report no progress."""


def check(request: LoadRequest, path: Path, progress: Progress = _quiet) -> Loaded:
    """Read and check a whole file without writing anything; return the totals for the preview.

    Raises:
        FileError: the file cannot be read. RefusedError: it has errors.
    """
    load_ = _Load(request, path, progress)
    tables = load_.tables()
    item = load_.main_item(tables)
    for _ in load_.results(tables, item):
        pass
    load_.refuse_if_wrong()
    return Loaded(
        [], sum(load_.built.rows.values()), sum(load_.built.amounts.values(), Decimal(0)), load_.notes
    )


@transaction.atomic
def load(request: LoadRequest, path: Path, *, name: str = "", progress: Progress = _quiet) -> Loaded:
    """Load a file into draft releases, whole or not at all.

    One release per catalogue item that its rows belong to; the item told (or found) comes first.

    Raises:
        FileError: the file cannot be read. RefusedError: it has errors.
        DuplicateError: the same file, or an open draft, is there already.
    """
    load_ = _Load(request, path, progress)
    tables = load_.tables()
    item = load_.main_item(tables)
    others: dict[str, list[bytes]] = {}
    main = _open(load_, item, name or path.name)
    write_rows(load_.disclosure, _main_blocks(load_, tables, item, others))
    load_.refuse_if_wrong()
    releases = [main]
    for code, blocks in others.items():
        releases.append(_open(load_, load_.items[code], name or path.name))
        write_rows(load_.disclosure, iter(blocks))
    if load_.built.rows and item.code not in load_.built.rows and request.corrects is None:
        main.delete()
        releases.remove(main)
    main.replacements.bulk_create(
        main.replacements.model(release=main, row_id=old, by_row_id=new) for old, new in load_.built.replaced
    )
    if request.corrects is not None:
        load_.notes.append(_what_changed(load_.built))
    for release in releases:
        recount(release)
        _settle(load_, release)
    return Loaded(
        releases,
        sum(release.row_count for release in releases),
        sum((release.amount for release in releases), Decimal(0)),
        load_.notes,
    )


def _open(load_: _Load, item: CatalogueItem, name: str) -> Release:
    """Open the draft of an item; a correction's where one was told."""
    request = load_.request
    told: dict[str, Any] = {
        "id": load_.release_ids[item.code],
        "file_name": name[:200],
        "file_sha256": fingerprint(load_.path),
        "via": request.via,
    }
    if request.corrects is not None:
        return start_correction(request.corrects.pk, by=request.by, reason=request.reason, **told)
    return start_draft(
        by=request.by,
        item=item,
        body=request.body,
        start_on=request.period.start,
        end_on=request.period.end,
        batch=request.batch,
        stage=request.stage,
        is_nil=request.is_nil,
        expected_amount=request.expected,
        **told,
    )


def _what_changed(built: Built) -> str:
    withdrawn = sum(1 for _, new in built.replaced if new is None)
    changed = len(built.replaced) - withdrawn
    fresh = sum(built.rows.values()) - changed
    return f"改了 {changed} 行，新加 {fresh} 行，撤下 {withdrawn} 行，{built.unchanged} 行没有变。"


def _main_blocks(
    load_: _Load, tables: list[Table], item: CatalogueItem, others: dict[str, list[bytes]]
) -> Iterator[bytes]:
    """Yield the lines of the main item; keep those of other items until their drafts exist.

    After the first error nothing more is written: the rest is only checked.
    """
    for built in load_.results(tables, item):
        if load_.built.error_count:
            continue
        for code, blocks in built.blocks.items():
            if code == item.code:
                yield from blocks
            else:
                others.setdefault(code, []).extend(blocks)


def write_rows(disclosure: Disclosure, blocks: Iterator[bytes]) -> None:
    """Write lines by COPY; a failure never repeats a row's values, which PostgreSQL would print."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in copy_columns(disclosure))
    statement = f"COPY {quote(disclosure.model._meta.db_table)} ({names}) FROM STDIN"
    try:
        with (
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            for block in blocks:
                copy.write(block)
    except Exception as error:
        cause = error.__cause__
        if isinstance(cause, psycopg.Error):
            rule = cause.diag.constraint_name or cause.sqlstate
            raise FileError(f"数据库不接受这份表（{rule}）。请联系系统管理员，并告诉他这个编号。") from None
        raise


def _settle(load_: _Load, release: Release) -> None:
    """Ask the kind about the draft as a whole; raise RefusedError with what it finds."""
    for position, name, message in load_.disclosure.settle(release):
        column = load_.disclosure.column(name)
        load_.built.errors.append(RowError("", position, column.header, "", message))
        load_.built.error_count += 1
    if load_.built.error_count:
        raise RefusedError(load_.built, load_.notes)
