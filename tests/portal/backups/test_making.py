"""A backup is whole or not there; old ones go, a broken log is refused, and silence is noticed."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from funds.models import Payment
from portal import troubles
from portal.backups import ledger, shelf, tasks
from portal.backups.errors import BackupError
from portal.backups.making import make
from portal.backups.manifest import read
from portal.backups.restoring import check
from portal.releases.actions.erasure import ask_erasure, decide_erasure
from portal.releases.models import Ground, Release
from tests.builders import NOW, make_cast, make_programme, make_release
from tests.portal.log.keeping import Keeper, bend

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def published(keeper: Keeper) -> Release:
    make_programme()
    release = make_release(rows=3)
    keeper.sign()
    return release


def _report(settings: Settings, name: str, data: bytes) -> None:
    path = settings.REPORTS_DIR / name[:2] / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)


def test_a_broken_log_is_refused_unless_asked_for_and_then_said(
    published: Release, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bend("UPDATE log_leaf SET entry = 'x' WHERE idx = 1")
    with pytest.raises(BackupError, match="公开日志对不上"):
        make(target, at=NOW)
    assert not target.exists()
    with pytest.raises(CommandError, match="--even-if-broken"):
        call_command("backup", str(target))
    made = make(target, at=NOW, even_if_broken=True)
    assert "leaf 1" in read(made.folder).broken
    assert made.folder.name == "20260701T020000Z-broken"
    assert shelf.newest(target) is None
    call_command("restore", str(made.folder), "--check")
    assert "备份时公开日志就对不上" in capsys.readouterr().out


def test_the_manifest_counts_what_is_there(published: Release, keeper: Keeper, target: Path) -> None:
    made = make(target, at=NOW)
    told = read(made.folder)
    assert (told.rows["funds_payment"], told.log_size) == (3, keeper.newest().size)
    assert told.checkpoint == keeper.newest().note
    assert "releases.0016_erased_documents" in told.migrations
    assert set(told.keys) == {"matching", "pepper", "staging", "receipt", "archive", "escrow", "commission"}
    assert set(told.parts) == {"database.dump", "files.list", "log.mark"}
    with pytest.raises(BackupError, match="已经有了"):
        make(target, at=NOW)


def test_old_backups_are_destroyed_with_the_files_only_they_held(
    published: Release, settings: Settings, target: Path
) -> None:
    _report(settings, "aa01", b"one")
    _report(settings, "bb02", b"two")
    first = make(target, at=NOW).folder
    (settings.REPORTS_DIR / "aa" / "aa01").unlink()
    second = make(target, at=NOW + timedelta(days=35)).folder
    assert first.exists()  # as old as a backup may become
    assert len(list((target / "files").glob("??/*"))) == 2
    made = make(target, at=NOW + timedelta(days=35, seconds=1))
    assert (made.destroyed, first.exists(), second.exists()) == (1, False, True)
    assert [path.read_bytes() for path in (target / "files").glob("??/*")] == [b"two"]
    settings.BACKUP_KEEP_DAYS = 7
    assert make(target, at=NOW + timedelta(days=50)).destroyed == 2


def test_files_are_read_once_and_copied_once(published: Release, settings: Settings, target: Path) -> None:
    _report(settings, "aa01", b"same")
    _report(settings, "bb02", b"same")
    make(target, at=NOW)
    (kept,) = (target / "files").glob("??/*")
    before = kept.stat().st_mtime_ns
    made = make(target, at=NOW + timedelta(days=1))
    assert (made.manifest.files, kept.stat().st_mtime_ns) == (2, before)
    kept.unlink()  # somebody tidied up: the next run copies it again
    third = make(target, at=NOW + timedelta(days=2))
    assert check(third.folder).files == 2


def test_links_and_half_written_files_stay_out(published: Release, settings: Settings, target: Path) -> None:
    _report(settings, "aa01", b"one")
    (settings.REPORTS_DIR / "aa" / ".half").write_bytes(b"half")
    (settings.REPORTS_DIR / "aa" / "link").symlink_to(settings.LOG_KEY)
    assert make(target, at=NOW).manifest.files == 1


def test_a_picture_that_is_not_what_its_name_says_is_said(
    published: Release, settings: Settings, target: Path
) -> None:
    path = settings.DOCUMENTS_DIR / "ab" / "cd" / f"abcd{'0' * 60}.webp"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"something else")
    made = make(target, at=NOW)
    assert made.folder.name.endswith("-broken")
    assert "指纹" in made.manifest.broken


def test_two_runs_at_once_do_not_meet(published: Release, target: Path) -> None:
    make(target, at=NOW)
    held = threading.Event()
    done = threading.Event()

    def hold() -> None:
        import fcntl

        with (target / ".lock").open("ab") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            held.set()
            done.wait(60)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(60)
    try:
        with pytest.raises(BackupError, match="另一次备份"):
            make(target, at=NOW + timedelta(days=1))
    finally:
        done.set()
        other.join()


@pytest.mark.alone
def test_whoever_is_killed_leaves_the_former_backup_whole(
    published: Release, settings: Settings, target: Path
) -> None:
    for number in range(200):
        _report(settings, f"{number:02x}{number:04d}", os.urandom(20_000))
    former = make(target, at=NOW).folder
    _report(settings, "ff9999", b"fresh")
    in_the_middle = 0
    for number in range(12):
        connections.close_all()
        child = os.fork()
        if child == 0:
            try:
                make(target, at=NOW + timedelta(hours=1 + number))
            finally:
                os._exit(0)
        deadline = time.monotonic() + 30
        while not list(target.glob(".2*")) and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(0.02 * number)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        in_the_middle += bool(list(target.glob(".2*")))
        assert all(check(path).files >= 200 for _, path in shelf.backups(target))
        assert check(former).files == 200
    assert in_the_middle > 0
    made = make(target, at=NOW + timedelta(days=2))
    assert check(made.folder).files == 201
    assert not list(target.glob(".2*"))
    assert not list((target / "files").glob(".*"))


def test_doctor_asks_for_a_fresh_backup(
    published: Release, settings: Settings, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (part,) = [one for one in troubles.parts if one.name == "backup"]
    today = NOW.date()
    assert list(part.quick(today)) == []  # nobody wants any
    settings.BACKUP_DIR = str(target)
    assert "打不开" in " ".join(part.quick(today))
    target.mkdir()
    assert "还没有" in " ".join(part.quick(today))
    now = timezone.now()
    make(target, at=now - timedelta(hours=25, minutes=59))
    assert list(part.quick(today)) == []
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=2))
    assert "26 小时前" in " ".join(part.quick(today))
    assert tasks.make_backup()
    assert list(part.quick(today)) == []


def test_a_disk_that_is_full_or_gone_leaves_nothing_half_made(
    published: Release, settings: Settings, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKUP_DIR = str(target)
    assert tasks.make_backup()
    (former,) = shelf.backups(target)

    def full(*_told: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("portal.backups.server.dump", full)
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=400))
    assert not tasks.make_backup()
    with pytest.raises(CommandError, match="No space left"):
        call_command("backup", str(target))
    assert shelf.backups(target) == [former]
    assert not list(target.glob(".2*"))


def test_the_night_makes_none_where_none_is_wanted(published: Release) -> None:
    assert not tasks.make_backup()


def test_the_ledger_holds_ids_only_and_forgives_a_crash(
    published: Release, settings: Settings, target: Path
) -> None:
    settings.BACKUP_DIR = str(target)
    row = Payment.objects.get(release=published, position=1)
    asked = ask_erasure(published.pk, [row.pk], ["who"], ground=Ground.LAW, by=make_cast().clerk, at=NOW)
    decide_erasure(asked.pk, by=make_cast().county_reviewer, at=NOW)
    own, beside = ledger.paths()
    (told,) = ledger.read(own)
    assert (told["id"], told["rows"]) == (str(asked.pk), [str(row.pk)])
    assert row.name_public not in own.read_text()
    assert beside.read_text() == own.read_text()
    own.unlink()
    beside.write_text(own_half := json.dumps(told)[:40])
    assert ledger.read(beside) == []  # a power cut in the middle of the line
    ledger.catch_up()
    ledger.catch_up()
    assert ledger.read(own) == ledger.read(beside) == [told]
    assert own_half not in beside.read_text().splitlines()
    beside.write_text("{broken\n" + own.read_text())
    with pytest.raises(BackupError, match="第 1 行坏了"):
        ledger.read(beside)
