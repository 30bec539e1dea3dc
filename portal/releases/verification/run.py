"""One run of verification, and its record: a failed one takes every seal off the public pages."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from portal.log.models import Audit
from portal.releases import hooks
from portal.releases.models import Release
from portal.releases.verification import bytes as log_bytes
from portal.releases.verification.difference import Difference, DifferenceError
from portal.releases.verification.published import PUBLIC, check_all_known, check_release

_SHARE = 0.01
_random = random.SystemRandom()
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What was compared, and the first difference; None when everything agrees."""

    size: int
    releases: int
    rows: int
    difference: Difference | None


def verify(*, full: bool, at: datetime, progress: Progress = lambda _line: None) -> Report:
    """Compare what is stored with what was signed, record the outcome, and tell the pages.

    Quick: head, signature, the signer's memory, the last 1,000 entries, one release in a hundred with all
    its rows. Full: every entry, tile, checkpoint, release, row and total. Reads one snapshot.
    """
    report = _compare(full=full, progress=progress)
    with transaction.atomic():
        Audit.objects.create(
            at=at,
            is_full=full,
            size=report.size,
            releases=report.releases,
            rows=report.rows,
            difference=str(report.difference or ""),
        )
    for tell in hooks.after_verification:
        tell(report.difference is None)
    return report


def _compare(*, full: bool, progress: Progress) -> Report:
    size = releases = rows = 0
    mark: Path = settings.LOG_KEY.with_suffix(".mark")
    try:
        with transaction.atomic():
            _freeze_view()
            size = log_bytes.check_full(mark) if full else log_bytes.check_quick(mark)
            progress(f"日志 {size} 行，一致。")
            if full:
                check_all_known()
            for release in _chosen(full=full):
                rows += check_release(release)
                releases += 1
                if releases % 100 == 0:
                    progress(f"{releases} 批，{rows} 行，一致。")
            for check in hooks.verification_checks:
                check(full)
    except DifferenceError as found:
        return Report(size, releases, rows, found.difference)
    return Report(size, releases, rows, None)


def _freeze_view() -> None:
    """Let publications go on beside: what is compared is one moment's state."""
    with connection.cursor() as cursor:
        if not connection.in_atomic_block or len(connection.savepoint_ids) == 0:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL statement_timeout = 0")


def _chosen(*, full: bool) -> list[Release]:
    public = Release.objects.filter(state__in=PUBLIC).select_related("item", "body__region")
    if full:
        return list(public.order_by("published_at"))
    keys = list(public.values_list("pk", flat=True))
    some = _random.sample(keys, math.ceil(len(keys) * _SHARE))
    return list(public.filter(pk__in=some))
