"""An operator at the command line: turns options into load requests and outcomes into sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.catalogue.models import CatalogueItem
from portal.columns.cells import Money
from portal.columns.column import CellError
from portal.columns.periods import Period
from portal.findings.actions import run_rules
from portal.imports.bulk import publish_all
from portal.imports.enclosing import with_documents
from portal.imports.loading import check, load
from portal.imports.manifest import Entry, read_manifest
from portal.imports.outcome import Outcome
from portal.imports.reading.errors import FileError, harmless
from portal.imports.request import Loaded, LoadRequest, RefusedError, fingerprint
from portal.people.models import Appointment, Role, User
from portal.places.models import Body
from portal.releases.actions.drafting import may_draft
from portal.releases.errors import ReleaseError
from portal.releases.models import Release, Stage, State, Via
from portal.releases.registry import get, kind

Report = Callable[[str], None]
_OPERATOR = "operator"
_LARGEST_BATCH = 9999
_BALANCE = Money(allow_zero=True, allow_negative=True)


class UsageError(Exception):
    """The command was called wrongly; the message says how to call it."""


@dataclass
class Operator:
    """Loads one file or a manifest as one person."""

    entries: list[Entry]
    user: User
    options: dict[str, Any]
    mapping: Mapping[str, str]

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Self:
        """Check the command line; raise UsageError."""
        if options["manifest"]:
            try:
                entries = list(read_manifest(options["manifest"]))
            except FileError as error:
                raise UsageError(str(error)) from error
            if not entries:
                raise UsageError("清单里一行也没有。")
        else:
            entries = [_single(options)]
        return cls(entries, _user(options["username"]), options, _mapping(options["map"]))

    def run(self, report: Report) -> list[Outcome]:
        """Load every entry in order; one that fails does not stop the others.

        Raises:
            UsageError: an entry names what does not exist; found before anything is loaded.
        """
        requests = [self._request(entry) for entry in self.entries]
        outcomes = []
        for number, (entry, request) in enumerate(zip(self.entries, requests, strict=True), start=1):
            if len(self.entries) > 1:
                report(f"[{number}/{len(self.entries)}] {entry.file.name}")
            outcomes.append(self._load(entry, request, report))
        return outcomes

    def _load(self, entry: Entry, request: LoadRequest, report: Report) -> Outcome:
        outcome = Outcome(harmless(entry.file.name))
        try:
            if self._goes_on(entry, request, outcome):
                return outcome
            if entry.files:
                request, remarks = self._with_documents(request, entry, report)
                outcome.notes = remarks
            loaded, outcome.warnings = self._load_with_rules(request, entry.file, _Ticker(report))
        except RefusedError as error:
            outcome.errors = error.built.errors
            outcome.error_count = error.built.error_count
            outcome.notes = error.notes
        except (FileError, ReleaseError) as error:
            outcome.failure = str(error)
        except OSError:
            outcome.failure = "打不开这个文件，请核对路径。"
        else:
            outcome.releases = loaded.releases
            outcome.notes = loaded.notes + outcome.notes
            if self.options["publish"]:
                self._publish(outcome)
        return outcome

    @staticmethod
    def _with_documents(request: LoadRequest, entry: Entry, report: Report) -> tuple[LoadRequest, list[str]]:
        """Read the table for the files it names, and take them in; both again cost little when repeated."""
        assert entry.files is not None  # noqa: S101 # asked by the caller
        checked = check(replace(request, brings_files=True), entry.file)
        ticker = _Ticker(report, "已处理 {:,} 张票据……", every=100)
        return with_documents(request, entry.files, checked.files, now=timezone.now(), progress=ticker)

    @staticmethod
    @transaction.atomic
    def _load_with_rules(
        request: LoadRequest, file: Path, progress: Callable[[int], None]
    ) -> tuple[Loaded, int]:
        """Load and run the rules, both or neither: a draft without its warnings would pass unasked."""
        loaded = load(request, file, progress=progress)
        return loaded, sum(run_rules(release) for release in loaded.releases)

    def _publish(self, outcome: Outcome) -> None:
        try:
            publish_all(outcome.releases, by=self.user, at=timezone.now())
        except ReleaseError as error:
            outcome.failure = f"已载入为草稿，但没有公开：{error}"
        for release in outcome.releases:
            release.refresh_from_db()

    def _same_file(self, entry: Entry, request: LoadRequest) -> QuerySet[Release]:
        per_place = kind(request.kind).per_place
        found = Release.objects.filter(
            kind=request.kind,
            body__in=Body.objects.within(request.body.region) if per_place else [request.body],
            start_on=request.period.start,
            end_on=request.period.end,
            batch=request.batch,
            file_sha256=fingerprint(entry.file),
        ).exclude(state__in=[State.WITHDRAWN, State.DISCARDED])
        # Nil returns of two items are the same empty file.
        same_item = Q(item=request.item) if request.item else Q()
        return found.filter(same_item | Q(is_nil=False)).select_related("item", "body__region")

    def _goes_on(self, entry: Entry, request: LoadRequest, outcome: Outcome) -> bool:
        """Go on where an earlier run of this file stopped; return whether there was one.

        A draft left between load and publication is published now. What a manifest names and is done is
        skipped; a single file that is done is refused by the load itself, which names the first.
        """
        found = self._same_file(entry, request)
        left = list(found.filter(state=State.DRAFT, via=Via.BULK)) if self.options["publish"] else []
        if left:
            outcome.releases = left
            self._publish(outcome)
        elif self.options["manifest"]:
            outcome.releases = list(found)
            outcome.skipped = bool(outcome.releases)
        return bool(outcome.releases)

    def _request(self, entry: Entry) -> LoadRequest:
        disclosure = get(entry.kind)
        if disclosure is None:
            raise UsageError(f"没有 {entry.kind!r} 这种模板。")
        body = Body.objects.with_region().filter(code=entry.body).first()
        if body is None:
            raise UsageError(f"没有代码是 {entry.body} 的责任主体。")
        if not self.options["publish"] and self.user.username == _OPERATOR:
            _let_draft(self.user, body, timezone.localdate())
        item = CatalogueItem.objects.filter(code=entry.item).first() if entry.item else None
        if entry.opening and not disclosure.has_balance:
            raise UsageError(f"“{disclosure.title}”没有期初余额，请去掉 --opening。")
        if entry.item and (item is None or item.kind != entry.kind):
            raise UsageError(f"公开目录里没有用 {entry.kind} 模板的 {entry.item}。")
        try:
            period = Period.parse(entry.period)
            expected = Money(allow_zero=True).parse(entry.expected) if entry.expected else None
            opening = _BALANCE.parse(entry.opening) if entry.opening else None
        except CellError as error:
            raise UsageError(f"{entry.file.name}：{error}") from error
        return LoadRequest(
            kind=entry.kind,
            body=body,
            period=period,
            by=self.user,
            today=timezone.localdate(),
            item=item,
            batch=_batch(entry),
            stage=Stage(self.options["stage"]),
            expected=expected,
            opening=opening,
            is_history=self.options["history"],
            is_nil=self.options["nil"],
            corrects=_corrected(self.options["corrects"], body),
            reason=self.options["reason"],
            via=Via.BULK if self.options["publish"] else Via.REVIEW,
            all_sheets=self.options["all_sheets"],
            mapping=self.mapping,
            processes=max(self.options["processes"], 1),
        )


def _corrected(told: str, body: Body) -> Release | None:
    """Return the published release that a file corrects; raise UsageError."""
    if not told:
        return None
    try:
        found = Release.objects.published().filter(pk=UUID(told), body=body).first()
    except ValueError:
        found = None
    if found is None:
        raise UsageError(f"没有 {told} 这一批，或它还没有公开，或不是这个责任主体的。")
    return found


def _batch(entry: Entry) -> int:
    told = entry.batch or "1"
    if not (told.isascii() and told.isdigit() and 1 <= int(told) <= _LARGEST_BATCH):
        raise UsageError(f"{entry.file.name}：批次号要写 1 到 {_LARGEST_BATCH} 的整数，不能是 {told}。")
    return int(told)


def _mapping(path: Path | None) -> Mapping[str, str]:
    """Return what the file's own headers mean; raise UsageError."""
    if path is None:
        return {}
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise UsageError(f"表头对照 {path.name} 读不出，请写成 JSON。") from error
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise UsageError(f'表头对照 {path.name} 要写成 {{"自己的表头": "模板表头"}}。')
    return found


class _Ticker:
    """Says how far a load has come, every so many rows or files."""

    def __init__(self, report: Report, words: str = "已读 {:,} 行……", *, every: int = 50_000) -> None:
        self.report, self.words, self.every = report, words, every
        self.next = every

    def __call__(self, count: int) -> None:
        if count >= self.next:
            self.report(self.words.format(count))
            self.next = count - count % self.every + self.every


def _single(options: dict[str, Any]) -> Entry:
    missing = [name for name in ("kind", "file", "body", "period") if not options[name]]
    if missing:
        raise UsageError(f"还要写 {'、'.join(missing)}。用法：load KIND FILE --body CODE --period PERIOD")
    return Entry(
        line=0,
        kind=options["kind"],
        file=options["file"],
        body=options["body"],
        period=options["period"],
        item=options["item"],
        batch=str(options["batch"]),
        expected=options["expected"],
        opening=options["opening"],
        files=options["files"],
    )


def _let_draft(user: User, body: Body, today: date) -> None:
    """Appoint the command line's own operator, who never signs in, as a clerk of the body it drafts for."""
    if settings.PORTAL_ENV != "production" and not may_draft(user, body):
        Appointment.objects.create(user=user, body=body, role=Role.CLERK, start_on=today)


def _user(username: str) -> User:
    """Return whom the load is done as; only the demo has a default."""
    if not username:
        if settings.PORTAL_ENV == "production":
            raise UsageError("要写以谁的名义：--as 用户名")
        username = _OPERATOR
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None and settings.PORTAL_ENV != "production" and username == _OPERATOR:
        user = User.objects.create(username=_OPERATOR, name="操作员")
        user.set_unusable_password()
        user.save(update_fields=["password"])
    if user is None:
        raise UsageError(f"没有 {username} 这个用户。")
    return user
