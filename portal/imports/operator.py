"""An operator at the command line: turns options into load requests and outcomes into sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

import orjson
from django.conf import settings
from django.utils import timezone

from portal.catalogue.models import CatalogueItem
from portal.columns.cells import Money
from portal.columns.column import CellError
from portal.columns.periods import Period
from portal.findings.actions import run_rules
from portal.imports.bulk import publish_all
from portal.imports.loading import LoadRequest, RefusedError, fingerprint, load
from portal.imports.manifest import Entry, read_manifest
from portal.imports.reading.errors import FileError, RowError
from portal.people.models import User
from portal.places.models import Body
from portal.releases.errors import ReleaseError
from portal.releases.models import Release, Stage, State, Via
from portal.releases.registry import get

Report = Callable[[str], None]


class UsageError(Exception):
    """The command was called wrongly; the message says how to call it."""


@dataclass
class Outcome:
    """What became of one file."""

    file: str
    releases: list[Release] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    error_count: int = 0
    warnings: int = 0
    notes: list[str] = field(default_factory=list)
    failure: str = ""
    skipped: bool = False

    @property
    def refused(self) -> bool:
        """Whether nothing was loaded because of what the file says."""
        return bool(self.failure or self.error_count)

    def as_dict(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        errors: list[dict[str, Any]] = [
            {
                "sheet": error.sheet,
                "row": error.row,
                "column": error.column,
                "value": error.value,
                "message": error.message,
            }
            for error in self.errors
        ]
        if self.failure:
            errors.insert(0, {"sheet": "", "row": None, "column": "", "value": "", "message": self.failure})
        return {
            "file": self.file,
            "release": str(self.releases[0].pk) if self.releases else None,
            "releases": [str(release.pk) for release in self.releases],
            "rows": sum(release.row_count for release in self.releases),
            "amount": f"{sum((release.amount for release in self.releases), Decimal(0)):.2f}",
            "warnings": self.warnings,
            "notes": self.notes,
            "skipped": self.skipped,
            "errors": errors,
            "error_count": self.error_count or len(errors),
        }

    def sentences(self) -> Iterator[str]:
        """Yield what to print for a person."""
        if self.skipped:
            yield f"{self.file}：以前载入过，跳过。"
        elif self.failure:
            yield f"{self.file}：没有载入。{self.failure}"
        elif self.error_count:
            yield f"{self.file}：有 {self.error_count} 处错误，一行也没有载入。"
            for error in self.errors:
                sheet = f"{error.sheet} " if error.sheet else ""
                at = f"第 {error.row} 行 " if error.row else ""
                value = f"（{error.value}）" if error.value else ""
                yield f"  {sheet}{at}{error.column}{value}：{error.message}"
            if self.error_count > len(self.errors):
                yield f"  ……另有 {self.error_count - len(self.errors)} 处没有列出。"
        else:
            for release in self.releases:
                yield (
                    f"{self.file}：{release}，{release.row_count:,} 行，{release.amount:,.2f} 元，"
                    f"{release.get_state_display()}，批次 {release.pk}"
                )
            if self.warnings:
                yield f"  有 {self.warnings} 条提醒，提交前要答复。"
        for note in self.notes:
            yield f"  {note}"


@dataclass
class Operator:
    """Loads one file or a manifest as one person."""

    entries: list[Entry]
    user: User
    options: dict[str, Any]

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Self:
        """Check the command line; raise UsageError."""
        if options["manifest"]:
            try:
                entries = list(read_manifest(options["manifest"]))
            except FileError as error:
                raise UsageError(str(error)) from error
        else:
            entries = [_single(options)]
        return cls(entries, _user(options["username"]), options)

    def run(self, report: Report) -> list[Outcome]:
        """Load every entry in order; one that fails does not stop the others."""
        outcomes = []
        for number, entry in enumerate(self.entries, start=1):
            if len(self.entries) > 1:
                report(f"[{number}/{len(self.entries)}] {entry.file.name}")
            outcomes.append(self._load(entry, report))
        return outcomes

    def _load(self, entry: Entry, report: Report) -> Outcome:
        outcome = Outcome(entry.file.name)
        request = self._request(entry)
        try:
            if self.options["manifest"] and self._is_loaded(entry, request):
                return replace(outcome, skipped=True)
            loaded = load(request, entry.file, progress=_Ticker(report))
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
            outcome.notes = loaded.notes
            outcome.warnings = sum(run_rules(release) for release in loaded.releases)
            if self.options["publish"]:
                self._publish(outcome)
        return outcome

    def _publish(self, outcome: Outcome) -> None:
        try:
            publish_all(outcome.releases, by=self.user, at=timezone.now())
        except ReleaseError as error:
            outcome.failure = f"已载入为草稿，但没有公开：{error}"
        for release in outcome.releases:
            release.refresh_from_db()

    def _is_loaded(self, entry: Entry, request: LoadRequest) -> bool:
        """Return whether a manifest's file was loaded before; a draft left unpublished is published now."""
        found = Release.objects.filter(
            body=request.body,
            start_on=request.period.start,
            end_on=request.period.end,
            batch=request.batch,
            file_sha256=fingerprint(entry.file),
        ).exclude(state__in=[State.WITHDRAWN, State.DISCARDED])
        if self.options["publish"]:
            drafts = found.filter(state=State.DRAFT, via=Via.BULK)
            publish_all(drafts, by=self.user, at=timezone.now())
        return found.exists()

    def _request(self, entry: Entry) -> LoadRequest:
        disclosure = get(entry.kind)
        if disclosure is None:
            raise UsageError(f"没有 {entry.kind!r} 这种模板。")
        body = Body.objects.filter(code=entry.body).select_related("region__parent__parent__parent").first()
        if body is None:
            raise UsageError(f"没有代码是 {entry.body} 的责任主体。")
        item = CatalogueItem.objects.filter(code=entry.item).first() if entry.item else None
        if entry.item and (item is None or item.kind != entry.kind):
            raise UsageError(f"公开目录里没有用 {entry.kind} 模板的 {entry.item}。")
        try:
            period = Period.parse(entry.period)
            expected = Money(allow_zero=True).parse(entry.expected) if entry.expected else None
            batch = int(entry.batch or 1)
        except (CellError, ValueError) as error:
            raise UsageError(f"{entry.file.name}：{error}") from error
        mapping = self.options["map"]
        return LoadRequest(
            kind=entry.kind,
            body=body,
            period=period,
            by=self.user,
            today=timezone.localdate(),
            item=item,
            batch=batch,
            stage=Stage(self.options["stage"]),
            expected=expected,
            is_history=self.options["history"],
            is_nil=self.options["nil"],
            corrects=_corrected(self.options["corrects"], body),
            reason=self.options["reason"],
            via=Via.BULK if self.options["publish"] else Via.REVIEW,
            all_sheets=self.options["all_sheets"],
            mapping=orjson.loads(mapping.read_bytes()) if mapping else {},
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


class _Ticker:
    """Says how far a load has come, every 50,000 rows."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.next = 50_000

    def __call__(self, rows: int) -> None:
        if rows >= self.next:
            self.report(f"已读 {rows:,} 行……")
            self.next = rows - rows % 50_000 + 50_000


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
    )


def _user(username: str) -> User:
    """Return whom the load is done as; only the demo has a default."""
    if not username:
        if settings.PORTAL_ENV == "production":
            raise UsageError("要写以谁的名义：--as 用户名")
        username = "operator"
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None and settings.PORTAL_ENV != "production" and username == "operator":
        user = User.objects.create(username="operator", name="操作员")
        user.set_unusable_password()
        user.save(update_fields=["password"])
    if user is None:
        raise UsageError(f"没有 {username} 这个用户。")
    return user
