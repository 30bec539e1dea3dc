"""Scans: counted exactly, folded as often as one likes, never a reason to fail."""

from __future__ import annotations

import multiprocessing
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoCaptureOnCommitCallbacks

from portal.codes import scans
from portal.codes.models import Code, Scan
from portal.pages import front

TODAY = date(2026, 11, 23)
SLUG = "7K4M92X"


def note_many(folder: Path, times: int) -> None:
    settings.SCANS_DIR = folder
    for _ in range(times):
        scans.note(SLUG, TODAY)


def counted() -> list[tuple[date, int]]:
    return list(Scan.objects.order_by("on").values_list("on", "count"))


def test_a_scan_is_one_byte(scans_dir: Path) -> None:
    scans.note(SLUG, TODAY)
    scans.note(SLUG, TODAY)

    assert (scans_dir / "2026-11-23" / SLUG).stat().st_size == 2


def test_scans_of_several_processes_are_counted_exactly(scans_dir: Path) -> None:
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=note_many, args=(scans_dir, 500)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert [worker.exitcode for worker in workers] == [0] * 4
    assert (scans_dir / "2026-11-23" / SLUG).stat().st_size == 2_000


@pytest.mark.parametrize("slug", ["", "7k4m92x", "../../../etc/x", "大浦村", "7K4M92X\n", "A" * 9])
def test_only_slugs_become_files(scans_dir: Path, slug: str) -> None:
    scans.note(slug, TODAY)

    assert not scans_dir.exists()


def test_a_scan_that_cannot_be_counted_fails_nothing(scans_dir: Path) -> None:
    scans_dir.write_text("a file where the folder should be", encoding="utf-8")

    scans.note(SLUG, TODAY)

    assert scans_dir.is_file()


def test_a_flood_stops_growing_the_file(scans_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "MOST_A_DAY", 3)
    for _ in range(5):
        scans.note(SLUG, TODAY)

    assert (scans_dir / "2026-11-23" / SLUG).stat().st_size == 3


def test_the_front_counts_what_it_answers() -> None:
    assert scans.note_now in front.on_scan


def test_folding_twice_counts_once_and_a_later_scan_more(scans_dir: Path, code: Code) -> None:
    scans.note(code.slug, TODAY)
    scans.note(code.slug, TODAY)
    scans.fold(TODAY)
    scans.fold(TODAY)

    assert counted() == [(TODAY, 2)]

    scans.note(code.slug, TODAY)
    scans.fold(TODAY)

    assert counted() == [(TODAY, 3)]


def test_a_fold_never_lowers_a_count(scans_dir: Path, code: Code) -> None:
    Scan.objects.create(code=code, on=TODAY, count=9)
    scans.note(code.slug, TODAY)

    scans.fold(TODAY)

    assert counted() == [(TODAY, 9)]


def test_a_finished_day_is_removed_only_after_its_count_is_safe(
    scans_dir: Path,
    code: Code,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    days = [TODAY - timedelta(days=2), TODAY - timedelta(days=1), TODAY]
    for day in days:
        scans.note(code.slug, day)

    with django_capture_on_commit_callbacks(execute=True):
        scans.fold(TODAY)
        assert len(list(scans_dir.iterdir())) == 3

    assert counted() == [(day, 1) for day in days]
    # Yesterday's stays: a request from before midnight may still be writing to it.
    assert sorted(path.name for path in scans_dir.iterdir()) == ["2026-11-22", "2026-11-23"]


def test_unknown_slugs_and_strange_files_are_passed_over(scans_dir: Path, code: Code) -> None:
    scans.note(code.slug, TODAY)
    scans.note("0000000" if code.slug != "0000000" else "1111111", TODAY)
    (scans_dir / "2026-11-23" / "notes.txt").write_text("x", encoding="utf-8")
    (scans_dir / "lost+found").mkdir()

    assert scans.fold(TODAY) == 1
    assert counted() == [(TODAY, 1)]


@pytest.mark.django_db
def test_folding_before_the_first_scan_does_nothing(scans_dir: Path) -> None:
    assert scans.fold(TODAY) == 0
