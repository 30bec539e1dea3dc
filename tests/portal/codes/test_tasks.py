"""The task that brings scans into the database: harmless twice and at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from portal.codes import scans
from portal.codes.models import Code, Scan
from portal.codes.tasks import fold_scans


def test_the_task_run_twice_counts_once(scans_dir: Path, code: Code) -> None:
    scans.note(code.slug, timezone.localdate())

    fold_scans()
    fold_scans()

    assert Scan.objects.get().count == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_count_once(scans_dir: Path, code: Code) -> None:
    def work(_: int) -> None:
        try:
            fold_scans()
        finally:
            connections.close_all()

    for _ in range(7):
        scans.note(code.slug, timezone.localdate())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))

    assert Scan.objects.get().count == 7
