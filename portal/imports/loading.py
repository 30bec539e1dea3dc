"""Loads a table into a draft release: the one way in for files, manifests and typed rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.db import transaction
from uuid_utils.compat import uuid7

from portal.catalogue.models import CatalogueItem
from portal.columns.row import Given
from portal.imports.building import Builder
from portal.imports.enclosing import put_documents
from portal.imports.origins import PUBLIC_ID, Origin, documents_of, origin_of, standing_rows, stored_rows
from portal.imports.pipeline import build_all
from portal.imports.places import Gazetteer
from portal.imports.plan import LISTED_ERRORS, Built, Plan, RawRow, draft_key
from portal.imports.reading.errors import FileError, RowError, harmless
from portal.imports.reading.tables import Table, open_tables
from portal.imports.request import Loaded, LoadRequest, RefusedError, default_item, fingerprint
from portal.imports.storing import Secrets
from portal.imports.writing import settled, without_time_limit, write_rows
from portal.places.models import Body
from portal.releases.actions import recount, start_correction, start_draft
from portal.releases.actions.drafting import names_for
from portal.releases.models import Release, Stage
from portal.releases.registry import kind
from portal.vault import keys

__all__ = [
    "LoadRequest",
    "Loaded",
    "RefusedError",
    "check",
    "default_item",
    "fingerprint",
    "load",
    "write_rows",
]

Progress = Callable[[int], None]
_LOOK_AHEAD = 200
# Below this a release's sum fits its column.
_LARGEST_SUM = Decimal(10) ** 14


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
        self.items = self._items()
        first = (request.corrects.corrects or request.corrects) if request.corrects else None
        policies = {code: names_for(item, first) for code, item in self.items.items()}
        self.secrets = Secrets(keys.load("matching"), policies)
        self.release_ids = {key: uuid7() for key in self._keys()}
        self.last_row = 0
        # Where the rows of each sheet begin in the order of the draft.
        self.offsets: list[tuple[int, str]] = []
        self.origins: dict[str, Origin] = {}
        if first is not None:
            standing = standing_rows(first.pk)
            stored_ones = stored_rows(self.disclosure, standing.select_related("release"))
            had = documents_of([stored.row.pk for stored in stored_ones]) if self.disclosure.files else {}
            self.origins = {
                str(stored.row.pk): origin_of(
                    self.disclosure, stored, is_draft=False, documents=had.get(stored.row.pk)
                )
                for stored in stored_ones
            }

    def _items(self) -> dict[str, CatalogueItem]:
        """Return the items that rows may belong to: all of the kind, or the corrected release's own."""
        request = self.request
        if request.corrects is not None:
            return {request.corrects.item.code: request.corrects.item}
        items = list(CatalogueItem.objects.filter(kind=request.kind, is_active=True))
        return {item.code: item for item in [*items, *filter(None, [request.item])]}

    def _keys(self) -> Iterator[str]:
        """Yield the key of every draft that rows may go to."""
        for code in self.items:
            if not self.disclosure.per_place:
                yield code
            else:
                yield from (draft_key(code, place) for place in self.gazetteer.by_code)

    def key_of(self, item: CatalogueItem) -> str:
        """Return the key of the draft of an item that belongs to the releasing body itself."""
        home = (self.request.corrects or self.request).body.region.code
        return draft_key(item.code, home) if self.disclosure.per_place else item.code

    def tables(self) -> list[Table]:
        """Open the file's tables; raise FileError."""
        columns = self.disclosure.readable
        tables = open_tables(
            self.path,
            (PUBLIC_ID, *columns) if self.request.corrects else columns,
            all_sheets=self.request.all_sheets,
            mapping=self.request.mapping,
            overlay=self.request.overlay,
        )
        if self.request.corrects is not None:
            for table in tables:
                self._refuse_lost_columns(table)
        return tables

    def _refuse_lost_columns(self, table: Table) -> None:
        """Refuse a correction that lacks columns: every cell of them would count as made blank."""
        here = {bound.column.field for bound in table.headers if bound is not None}
        lost = [column.header for column in self.disclosure.columns if column.field not in here]
        if lost:
            names = "、".join(f"“{header}”" for header in lost)
            raise FileError(f"更正用的表少了{names}这些列。请重新下载这一批，留着全部的列再改。")

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
            named_item = self.items[max(named, key=lambda key: named[key]).partition("@")[0]]
            if named_item != item:
                note = f"没有指明公开事项，补贴项目属于“{named_item}”，按它导入。"
            self.notes.append(note)
            return named_item
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
                within=request.body.region.prefix,
            ),
            gazetteer=self.gazetteer,
            lookups=self.lookups,
            secrets=self.secrets,
            releases=self.release_ids,
            first_position=first_position,
            origins=self.origins,
            documents={name: document.pk for name, document in request.documents.items()},
        )

    def results(self, tables: list[Table], item: CatalogueItem) -> Iterator[Built]:
        """Yield what is built of every table, in order; figures and errors are taken along."""
        # New lines of a correction come behind those that stand.
        offset = max((origin.position for origin in self.origins.values()), default=0)
        for table in tables:
            self.offsets.append((offset, table.sheet))
            rows = self._counted(table)
            for built in build_all(self.plan(table, item, offset), rows, processes=self.request.processes):
                self.built.add(built)
                self.progress(sum(self.built.rows.values()) + self.built.wrong_rows)
                yield built
            offset += self.last_row
            self.notes.extend(table.notes)
            self.built.add(Built(errors=table.errors, error_count=len(table.errors)))

    def _counted(self, table: Table) -> Iterator[RawRow]:
        """Yield a table's rows; note the last number, and public numbers that come twice."""
        self.last_row = 0
        at = next((at for at, one in enumerate(table.headers) if one and one.column is PUBLIC_ID), None)
        seen: dict[str, int] = {}
        for number, cells in table.rows:
            self.last_row = number
            if at is not None and cells[at]:
                first = seen.setdefault(cells[at], number)
                if first != number:
                    message = f"第 {first} 行已经是这个公开编号，请只留一行；新加的一行，编号要空着"
                    table.errors.append(table.error(number, PUBLIC_ID, cells[at], message))
            yield number, cells

    def bodies(self, keys: Iterable[str]) -> dict[str, Body]:
        """Return the body that each draft belongs to: the place's own, where a kind has one per place.

        What lies in the releasing body's own place is its own: an office of a county has no place to itself.
        """
        home = self.request.body.region.code
        codes = {key: code if (code := key.partition("@")[2]) != home else "" for key in keys}
        found = {body.code: body for body in Body.objects.with_region().filter(code__in=codes.values())}
        if lost := sorted({code for code in codes.values() if code} - found.keys()):
            raise FileError(f"这些地方还没有责任主体，请系统管理员先加上：{'、'.join(lost)}。")
        return {key: found[code] if code else self.request.body for key, code in codes.items()}

    def row_at(self, position: int) -> tuple[str, int | None]:
        """Return sheet and row number of a position in the draft; None for a corrected row's own."""
        found = next((one for one in reversed(self.offsets) if one[0] < position), None)
        return (found[1], position - found[0]) if found else ("", None)

    def refuse_if_wrong(self) -> None:
        """Raise RefusedError when any error was found."""
        if self.built.error_count:
            raise RefusedError(self.built, self.notes)
        if self.request.corrects is not None:
            if not (self.built.rows or self.built.replaced or self.request.brings_files):
                raise FileError("这份表和已公开的一样，没有一行要更正。")
            return
        if not self.built.rows and not self.request.is_nil:
            raise FileError("表里一行数据也没有。本期确实没有发生的，请勾选“本期无发生”（命令加 --nil）。")
        if self.built.rows and self.request.is_nil:
            raise FileError("表里有数据，不能算“本期无发生”。请去掉勾选（命令去掉 --nil）。")
        if any(abs(amount) >= _LARGEST_SUM for amount in self.built.amounts.values()):
            raise FileError("各行金额加起来超过一百万亿元，一定有金额写错了，请核对。")
        if self.request.opening is not None and len(self.built.rows) > 1:
            raise FileError("表里有几个村，期初余额要各写各的。请一个村一份表，或用“货币资金余额”的表。")
        self._refuse_wrong_sum()

    def _refuse_wrong_sum(self) -> None:
        """Compare the sum with the allocation document's where no release can: its rows make several."""
        expected, amounts = self.request.expected, self.built.amounts
        if expected is None or len(amounts) < 2 or self.disclosure.per_place:
            return
        total = sum(amounts.values(), Decimal(0))
        if total != expected:
            raise FileError(
                f"表里合计 {total:,.2f} 元，拨款文件 {expected:,.2f} 元，相差 {total - expected:,.2f} 元。"
                "表里有几个公开事项，请改对，或按事项分开导入。"
            )
        self.notes.append(f"几个公开事项合计 {total:,.2f} 元，与拨款文件一致。")


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
        [],
        sum(load_.built.rows.values()),
        sum(load_.built.amounts.values(), Decimal(0)),
        load_.notes,
        load_.built.files,
    )


@transaction.atomic
def load(request: LoadRequest, path: Path, *, name: str = "", progress: Progress = _quiet) -> Loaded:
    """Load a file into draft releases, whole or not at all.

    One release per catalogue item that its rows belong to (and per place, where the kind says so); the
    item told (or found) comes first.

    Raises:
        FileError: the file cannot be read. RefusedError: it has errors.
        DuplicateError: the same file, or an open draft, is there already.
    """
    without_time_limit()
    load_ = _Load(request, path, progress)
    tables = load_.tables()
    item = load_.main_item(tables)
    others: dict[str, list[bytes]] = {}
    main = _open(load_, load_.key_of(item), request.body, name or path.name)
    # The draft says how its rows are shown: an order may have come in since the file was opened.
    load_.secrets.policies[item.code] = main.names
    write_rows(load_.disclosure, _main_blocks(load_, tables, item, others))
    load_.refuse_if_wrong()
    releases = [main]
    if others and request.corrects is not None:
        raise FileError("表里有别的村的行。更正只能改原来那一批里的，别的村请另交。")
    bodies = load_.bodies(others)
    for key, blocks in sorted(others.items()):
        releases.append(_open(load_, key, bodies[key], name or path.name))
        write_rows(load_.disclosure, iter(blocks))
    if load_.built.rows and load_.key_of(item) not in load_.built.rows and request.corrects is None:
        main.delete()
        releases.remove(main)
    if request.corrects is not None:
        main.replacements.bulk_create(
            main.replacements.model(release=main, row_id=old, by_row_id=new)
            for old, new in load_.built.replaced
        )
        load_.notes.append(_what_changed(load_.built))
    if load_.built.numbered:
        load_.notes.append(
            f"有 {load_.built.numbered} 行没有编号，系统编了号。"
            "请在草稿页下载“带编号的表”存好，下次登记照着写编号。"
        )
    if load_.disclosure.files:
        put_documents(load_.disclosure, releases, request.documents, load_.built.replaced)
    for release in releases:
        if len(releases) > 1 and release.expected_amount is not None:
            release.expected_amount = None  # it is the whole file's
            release.save(update_fields=["expected_amount"])
        recount(release)
        _settle(load_, release)
    return Loaded(
        releases,
        sum(release.row_count for release in releases),
        sum((release.amount for release in releases), Decimal(0)),
        load_.notes,
    )


def _open(load_: _Load, key: str, body: Body, name: str) -> Release:
    """Open the draft of an item for a body; a correction's where one was told."""
    request = load_.request
    told: dict[str, Any] = {
        "id": load_.release_ids[key],
        "file_name": harmless(name)[:200],
        "file_sha256": fingerprint(load_.path),
        "via": request.via,
    }
    if request.corrects is not None:
        return start_correction(request.corrects.pk, by=request.by, reason=request.reason, **told)
    return start_draft(
        by=request.by,
        item=load_.items[key.partition("@")[0]],
        body=body,
        start_on=request.period.start,
        end_on=request.period.end,
        batch=request.batch,
        stage=request.stage,
        is_nil=request.is_nil,
        expected_amount=request.expected,
        opening_amount=request.opening,
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
    """Yield the lines of the main draft; keep those of others until their drafts exist.

    After the first error nothing more is written: the rest is only checked.
    """
    main = load_.key_of(item)
    for built in load_.results(tables, item):
        if load_.built.error_count:
            continue
        for key, blocks in built.blocks.items():
            if key == main:
                yield from blocks
            else:
                others.setdefault(key, []).extend(blocks)


def _settle(load_: _Load, release: Release) -> None:
    """Ask the kind about the draft as a whole; raise RefusedError with what it finds."""
    for position, name, message in settled(load_.disclosure, release):
        sheet, row = load_.row_at(position)
        load_.built.error_count += 1
        if len(load_.built.errors) < LISTED_ERRORS:
            column = load_.disclosure.column(name)
            told = message if row is not None else f"原来第 {position} 行：{message}"
            load_.built.errors.append(RowError(sheet, row, column.header, "", told))
    if load_.built.error_count:
        raise RefusedError(load_.built, load_.notes)
