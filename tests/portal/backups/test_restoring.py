"""A backup comes back whole on another machine, or not at all; what the law took stays taken."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from funds.models import Payment
from portal.backups import ledger, making, manifest
from portal.backups.errors import BackupError
from portal.backups.making import make
from portal.backups.pool import Pool
from portal.backups.restoring import Restored, Wish, check, found_in, restore, unfinished
from portal.documents import store
from portal.log import highwater, keyfile, reading
from portal.log.models import Leaf
from portal.people.models import User
from portal.record.notes import Signer
from portal.releases.actions import narrowing
from portal.releases.actions.erasure import ask_erasure, decide_erasure
from portal.releases.committed import private_values
from portal.releases.models import Erasure, Ground, NamesShown, Narrowing, Release
from portal.releases.registry import kind
from portal.releases.verification import verify
from tests.builders import NOW, make_cast, make_item, make_programme, make_release
from tests.portal.backups.machines import Machine
from tests.portal.log.keeping import Keeper, bend
from tests.villages.books import folder_of, line, picture, publish_books

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=400)


@pytest.fixture
def published(keeper: Keeper) -> Release:
    make_programme()
    make_item(names_months=12)
    release = make_release(rows=3)
    keeper.sign()
    return release


def _restored(backup: Path, **told: object) -> Restored:
    return restore(backup, Wish(at=LATER, **told))  # type: ignore[arg-type] # a test's own words


def _row() -> Payment:
    row: Payment = Payment.objects.order_by("pk")[0]
    return row


def _erase() -> Erasure:
    asked = ask_erasure(
        _row().release_id, [_row().pk], ["who", "kept"], ground=Ground.LAW, by=make_cast().clerk, at=NOW
    )
    return decide_erasure(asked.pk, by=make_cast().county_reviewer, at=NOW)


def test_everything_comes_back_on_another_machine(
    keeper: Keeper, second: Machine, settings: Settings, tmp_path: Path
) -> None:
    files = folder_of(tmp_path, **{"发票.jpg": picture()})
    publish_books(line(附件="发票.jpg"), files=files)
    make_programme()
    make_release(rows=3)
    (settings.STAGING_DIR / "waiting").write_bytes(b"x")
    (settings.REPORTS_DIR / "ab").mkdir()
    (settings.REPORTS_DIR / "ab" / "abcd").write_bytes(b"sealed")
    keeper.sign()
    users, rows = User.objects.count(), list(Payment.objects.order_by("pk").values())
    private = private_values(kind("payments"), [row["id"] for row in rows])
    head = reading.head_size()
    made = make(tmp_path / "backups", at=NOW)
    told = "".join(path.read_text() for path in made.folder.glob("*.json"))
    assert not [secret for secret in _secrets(settings) if secret in told]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "backups").rglob("*"))
    with second.used():
        done = _restored(made.folder)
        assert (done.report.difference, done.behind) == (None, 0)
        assert (User.objects.count(), reading.head_size()) == (users, head)
        assert list(Payment.objects.order_by("pk").values()) == rows
        assert private_values(kind("payments"), [row["id"] for row in rows]) == private
        assert (settings.REPORTS_DIR / "ab" / "abcd").read_bytes() == b"sealed"
        assert not list(settings.STAGING_DIR.iterdir())
        assert not unfinished().exists()
        _refuses_as_before()
        make_release(rows=1, batch=2)  # life goes on
        keeper.sign()
        assert verify(full=True, at=LATER).difference is None


def _secrets(settings: Settings) -> list[str]:
    keys = [path.read_text().strip() for path in Path(settings.KEYS_DIR).glob("*.key")]
    return [*keys, settings.LOG_KEY.read_text().strip()]


def _refuses_as_before() -> None:
    """The freeze, and what the application's role may not read, came back too."""
    with pytest.raises(Exception, match=r"frozen|not a draft"), connection.cursor() as cursor:
        cursor.execute("UPDATE funds_payment SET note = 'x'")
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("SELECT name FROM funds_payment")
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("INSERT INTO log_leaf (idx, entry, hash, kind) VALUES (99, '', '', 'x')")


def test_what_was_erased_since_is_erased_again_and_the_log_is_whole(
    published: Release, keeper: Keeper, second: Machine, tmp_path: Path
) -> None:
    backup = make(tmp_path / "backups", at=NOW).folder
    name = _row().name_public
    _erase()
    (expired,) = narrowing.expire_due(at=LATER)
    keeper.sign()
    ledger.merge(backup.parent / ledger.FILE)
    entries = list(Leaf.objects.order_by("idx").values_list("idx", "entry"))
    with second.used():
        done = _restored(backup)
        assert (done.replayed.done, done.replayed.waiting, done.behind) == (2, [], 0)
        assert _row().name_public == ""
        assert name not in str(private_values(kind("payments"), [_row().pk]))
        assert Release.objects.get(pk=published.pk).names == NamesShown.EXPIRED
        assert Narrowing.objects.get().rows == expired.rows
        assert list(Leaf.objects.order_by("idx").values_list("idx", "entry")) == entries
        assert done.report.difference is None
        keeper.sign()
        again = _restored(backup, over=True)
        assert (again.replayed.done, again.report.difference) == (2, None)


def test_where_the_log_lacks_entries_values_go_all_the_same(
    published: Release, keeper: Keeper, second: Machine, tmp_path: Path
) -> None:
    backup = make(tmp_path / "backups", at=NOW).folder
    make_release(rows=1, batch=2)
    _erase()
    list(narrowing.expire_due(at=LATER))
    keeper.sign()
    ledger.merge(backup.parent / ledger.FILE)
    with second.used():
        done = _restored(backup)
        assert (_row().name_public, Release.objects.get(pk=published.pk).names) == ("", NamesShown.EXPIRED)
        assert (done.replayed.done, len(done.replayed.waiting)) == (2, 2)
        assert done.behind == 4  # a release, an erasure, names of two releases
        assert done.report.difference is not None
        with pytest.raises(Exception, match="现在只有"):
            keeper.sign()
        with pytest.raises(Exception, match="without a line"):
            _narrow_without_a_line(published)


def _narrow_without_a_line(release: Release) -> None:
    """The trigger that was asleep for the replay is awake again."""
    bend("DELETE FROM releases_narrowing")
    bend("UPDATE releases_release SET names = 'full' WHERE id = %s", [release.pk])
    with connection.cursor() as cursor:
        told = {"release_id": str(release.pk), "cause": "expired", "before": "full", "after": "expired"}
        told |= {"id": "019f0000-0000-7000-8000-000000000000", "from_on": "2027-07-01", "at": "2027-08-05"}
        told |= {"reason": "", "cut": []}  # type: ignore[dict-item]
        cursor.execute(
            "SELECT releases_narrow(%s, 'funds_payment', ARRAY['name_public'], '{}', 'name', '{}', '{}')",
            [json.dumps(told)],
        )


def test_a_colleague_who_came_after_the_backup_decides_by_number(
    published: Release, keeper: Keeper, second: Machine, tmp_path: Path
) -> None:
    backup = make(tmp_path / "backups", at=NOW).folder
    done = _erase()
    keeper.sign()
    told = ledger.read(ledger.paths()[0])
    told[0]["decided_by"] = 9_000
    ledger.add(backup.parent / ledger.FILE, told)
    with second.used():
        result = _restored(backup)
        assert (result.replayed.done, result.report.difference) == (1, None)
        decided = Erasure.objects.get(pk=done.pk).decided_by
        assert decided is not None
        assert (decided.pk, decided.is_active, decided.has_usable_password()) == (9_000, False, False)
        assert User.objects.create(username="next").pk == 9_001


def _altered(backup: Path, how: Callable[[Path], object], tmp_path: Path) -> Path:
    """Return a copy of a folder of backups with one thing changed; the backup in it."""
    copy = tmp_path / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(backup.parent, copy)
    how(copy / backup.name)
    return copy / backup.name


def _retold(**told: object) -> Callable[[Path], None]:
    """Return how to change a manifest as its maker would, seal and all."""

    def change(backup: Path) -> None:
        found = manifest.read(backup)
        (backup / manifest.FILE).unlink()
        manifest.Manifest(**{**vars(found), **told}).write(backup)

    return change


def _flip(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def test_what_is_not_whole_is_refused_before_anything_changes(
    keeper: Keeper, second: Machine, settings: Settings, tmp_path: Path
) -> None:
    files = folder_of(tmp_path, **{"发票.jpg": picture()})
    publish_books(line(附件="发票.jpg"), files=files)
    keeper.sign()
    backup = make(tmp_path / "backups", at=NOW).folder
    assert check(backup).log_size == reading.head_size()

    def pooled(folder: Path) -> Path:
        return next(path for path in (folder.parent / "files").rglob("*") if path.is_file())

    refusals: list[tuple[Callable[[Path], object], str]] = [
        (lambda folder: (folder / making.DUMP).unlink(), "备份缺了"),
        (lambda folder: _flip(folder / making.DUMP), "和备份时的不一样"),
        (lambda folder: _flip(folder / making.LIST), "和备份时的不一样"),
        (lambda folder: (folder / manifest.FILE).unlink(), "不是一份做完的备份"),
        (lambda folder: (folder / manifest.FILE).write_text("{"), "读不懂"),
        (lambda folder: pooled(folder).unlink(), "备份缺了文件"),
        (lambda folder: _flip(pooled(folder)), "坏了或被改过"),
        (_unsealed, "被改过"),
        (_retold(migrations=["funds.9999_of_tomorrow"]), "更新的程序|比这个程序新"),
        (_retold(environment="production"), "不能混用"),
        (_retold(roles=["somebody", "else"]), "数据库账号"),
        (_retold(format=2), "格式 2"),
    ]
    with second.used():
        for how, words in refusals:
            with pytest.raises(BackupError, match=words):
                _restored(_altered(backup, how, tmp_path))
        with second.visitor(), pytest.raises(BackupError, match="还有 1 个程序连着"):
            _restored(backup)
        settings.KEYS_DIR = _other_keys(settings, tmp_path)
        with pytest.raises(BackupError, match=r"不是同一套：matching"):
            _restored(backup)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
            assert cursor.fetchone() == (0,)
        assert not unfinished().exists()


def _unsealed(backup: Path) -> None:
    told = json.loads((backup / manifest.FILE).read_text())
    told["broken"] = ""
    told["log_size"] -= 1
    (backup / manifest.FILE).write_text(json.dumps(told))


def _other_keys(settings: Settings, tmp_path: Path) -> Path:
    other = tmp_path / "other"
    shutil.copytree(settings.KEYS_DIR, other)
    (other / "matching.key").write_text("00" * 32)
    return other


def test_data_is_replaced_on_demand_only_and_wholly(
    published: Release, second: Machine, tmp_path: Path
) -> None:
    backup = make(tmp_path / "backups", at=NOW).folder
    with second.used():
        _restored(backup)
        with pytest.raises(BackupError, match="--over"):
            _restored(backup)
        wrong = _altered(backup, _retold(rows={"funds_payment": 7}), tmp_path)
        with pytest.raises(BackupError, match="还是原来的样子"):
            _restored(wrong, over=True)
        assert Payment.objects.count() == 3
        assert [one.id for one in run_checks() if one.id == "portal.E101"] == ["portal.E101"]
        assert _restored(backup).report.difference is None  # begun, so no --over is asked again
        assert not [one for one in run_checks() if one.id == "portal.E101"]


def test_a_machine_whose_signer_remembers_nothing_asks_for_the_newest_head(
    published: Release, keeper: Keeper, second: Machine, tmp_path: Path
) -> None:
    backup = make(tmp_path / "backups", at=NOW).folder
    make_release(rows=1, batch=2)
    keeper.sign()
    newest = keeper.newest()
    keeper.mark.unlink()
    with second.used():
        with pytest.raises(BackupError, match="--seen"):
            _restored(backup)
        with pytest.raises(BackupError, match="检查点不对"):
            _restored(backup, seen=newest.note.replace("— ", "— x"))
        done = _restored(backup, seen=newest.note)
        mark = highwater.read(keeper.mark)
        assert mark is not None
        assert (mark.size, done.behind) == (newest.size, 1)
        with pytest.raises(Exception, match="现在只有"):
            keeper.sign()
        keeper.mark.unlink()
        assert _restored(backup, over=True, nothing_later=True).behind == 0
        keeper.sign()


def test_the_commands_speak(
    published: Release, second: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "backups"
    call_command("backup", str(target))
    assert "备份好了" in capsys.readouterr().out
    with second.used():
        call_command("restore", str(target), "--check")
        assert "是好的" in capsys.readouterr().out
        call_command("restore", str(target))
        assert "全量核对一致" in capsys.readouterr().out
        with pytest.raises(CommandError, match="--over"):
            call_command("restore", str(target))
    with pytest.raises(CommandError, match="没有做完的备份"):
        call_command("restore", str(tmp_path))
    assert found_in(target).parent == target


def test_a_document_erased_since_does_not_come_back(keeper: Keeper, second: Machine, tmp_path: Path) -> None:
    files = folder_of(tmp_path, **{"发票.jpg": picture()})
    (release,) = publish_books(line(附件="发票.jpg"), files=files)
    keeper.sign()
    backup = make(tmp_path / "backups", at=NOW).folder
    attachment = release.attachments.select_related("document").get()
    asked = ask_erasure(
        release.pk,
        [attachment.row_id],
        ["who"],
        ground=Ground.LAW,
        by=make_cast().clerk,
        at=NOW,
        documents=[attachment.pk],
    )
    decide_erasure(asked.pk, by=make_cast().county_reviewer, at=NOW)
    keeper.sign()
    ledger.merge(backup.parent / ledger.FILE)
    hashes = attachment.document.served_hashes()
    with second.used():
        done = _restored(backup)
        assert (done.replayed.done, done.report.difference) == (1, None)
        assert [store.read(one) for one in hashes] == [None]
    assert Pool(backup.parent).path_of(hashes[0]).exists()  # until the backup itself is destroyed


def test_an_absent_key_is_said(published: Release, settings: Settings, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path / "none"
    with pytest.raises(BackupError, match="doctor --init"):
        make(tmp_path / "backups", at=NOW)
    assert not list((tmp_path / "backups").glob("2*"))


def test_a_log_with_a_further_key_still_takes_the_backup(
    published: Release, keeper: Keeper, second: Machine, tmp_path: Path
) -> None:
    backup = make(tmp_path / "backups", at=NOW).folder
    keyfile.add(keeper.key, Signer("ma.example.cn/log", b"2" * 32))
    assert check(backup)
    keeper.key.with_suffix(".pub").write_text(keyfile.load(keeper.key)[-1].vkey + "\n")
    with pytest.raises(BackupError, match=r"log\.pub"):
        check(backup)
