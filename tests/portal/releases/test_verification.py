"""A clerk, an administrator and a superuser each alter something; verification names it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError
from pytest_django import Settings

from funds.models import Payment
from portal.log import highwater, keyfile, reading
from portal.log.highwater import Mark
from portal.log.models import Audit, Leaf
from portal.record.leaves import RowName, row_leaf
from portal.releases.models import Release, State, Total
from portal.releases.verification import Difference, verify
from tests.builders import NOW, Line, make_correction, make_release
from tests.portal.log.keeping import Keeper, bend, fill
from tests.refusals import execute

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keeper(settings: Settings, tmp_path: Path) -> Keeper:
    settings.LOG_KEY = tmp_path / "log.key"
    keyfile.make_missing(settings.LOG_KEY, "ma.example.cn/log")
    return Keeper(settings.LOG_KEY)


@pytest.fixture
def published(keeper: Keeper) -> Release:
    release = make_release(rows=4)
    keeper.sign()
    return release


def _full() -> Difference | None:
    return verify(full=True, at=NOW).difference


def _found(*, quick: bool = True) -> Difference:
    """Return the difference that both runs find; with one release the quick run looks at it."""
    full = _full()
    assert full is not None
    if quick:
        assert verify(full=False, at=NOW).difference == full
    return full


def _row(release: Release, position: int = 1) -> Payment:
    return Payment.objects.get(release=release, position=position)


def test_what_nobody_touched_agrees(published: Release, keeper: Keeper) -> None:
    make_correction(published, {_row(published).pk: Line(amount=Decimal(1)), _row(published, 2).pk: None})
    make_release(batch=2, state=State.WITHDRAWN)
    keeper.sign()
    for full in (False, True):
        report = verify(full=full, at=NOW)
        assert report.difference is None
        assert report.size == 5
    assert (report.releases, report.rows) == (3, 8)


def test_an_empty_portal_agrees(keeper: Keeper) -> None:
    assert _full() is None
    keeper.sign()
    assert _full() is None


def test_a_clerk_cannot_alter_a_row_at_all(published: Release) -> None:
    with pytest.raises(IntegrityError):
        execute("UPDATE funds_payment SET amount = 1")
    assert _full() is None


def test_an_administrator_with_the_owner_account_cannot_either(published: Release) -> None:
    with pytest.raises(IntegrityError):
        execute("UPDATE funds_payment SET amount = 1", using="owner")
    with pytest.raises((IntegrityError, ProgrammingError)):
        execute("UPDATE log_leaf SET entry = ''", using="owner")
    assert _full() is None


def test_an_administrator_who_switches_the_trigger_off_is_found(published: Release) -> None:
    row = _row(published)
    execute("ALTER TABLE funds_payment DISABLE TRIGGER USER", using="owner")
    try:
        execute("UPDATE funds_payment SET amount = 1 WHERE id = %s", [row.pk], using="owner")
    finally:
        execute("ALTER TABLE funds_payment ENABLE TRIGGER USER", using="owner")
    found = _found()
    assert (found.kind, found.id, found.field, found.index) == ("payments", str(row.pk), "amount", 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("amount = amount + 1", "amount"),
        ("name_public = '别人'", "values"),
        ("name = '别人'", "values"),
        ("identity_digest = decode('00112233445566778899aabbccddeeff', 'hex')", "values"),
        ("note = '改'", "values"),
        ("region_id = (SELECT id FROM places_region WHERE code = '360902100205')", "values"),
        ("version = 2", "values"),
        ("seed = decode('00112233445566778899aabbccddeeff', 'hex')", "values"),
        ("leaf = decode(repeat('00', 32), 'hex')", "values"),
    ],
)
def test_a_superuser_who_alters_a_row_is_found(published: Release, change: str, field: str) -> None:
    row = _row(published, 3)
    bend(f"UPDATE funds_payment SET {change} WHERE id = %s", [row.pk])
    found = _found()
    assert (found.kind, found.id, found.field, found.index) == ("payments", str(row.pk), field, 0)


def test_a_superuser_who_makes_a_fitting_leaf_is_found(published: Release) -> None:
    row = _row(published, 3)
    name = RowName("payments", str(row.pk), 1)
    leaf = row_leaf(name, bytes(row.seed or b""), what={"amount": "1.00"}, who={}, kept={})[1]
    bend("UPDATE funds_payment SET amount = 1, leaf = %s WHERE id = %s", [leaf, row.pk])
    assert _found().id == str(row.pk)


def _remove(release: Release) -> None:
    bend("DELETE FROM funds_payment WHERE id = %s", [_row(release, 4).pk])


def _add(release: Release) -> None:
    bend(
        """INSERT INTO funds_payment SELECT (jsonb_populate_record(p, jsonb_build_object(
            'id', uuidv7()))).* FROM funds_payment p WHERE id = %s""",
        [_row(release, 4).pk],
    )


def _state_sum(release: Release) -> None:
    bend("UPDATE releases_release SET amount = 1 WHERE id = %s", [release.pk])


def _move_date(release: Release) -> None:
    bend(
        "UPDATE releases_release SET published_at = published_at - interval '9 days' WHERE id = %s",
        [release.pk],
    )


def _hide(release: Release) -> None:
    bend(
        "UPDATE releases_release SET state = 'draft', published_at = NULL, published_on = NULL WHERE id = %s",
        [release.pk],
    )


def _other_root(release: Release) -> None:
    bend("UPDATE releases_release SET root = decode(repeat('00', 32), 'hex') WHERE id = %s", [release.pk])


def _other_reviewer(release: Release) -> None:
    bend("UPDATE releases_step SET by_id = %s WHERE release_id = %s", [release.drafted_by_id, release.pk])


@pytest.mark.parametrize(
    ("alter", "field"),
    [
        (_remove, "root"),
        (_state_sum, "amount"),
        (_move_date, "at"),
        (_other_root, "root"),
        (_other_reviewer, "chain"),
    ],
)
def test_a_superuser_who_alters_a_release_is_found(
    published: Release, alter: Callable[[Release], None], field: str
) -> None:
    alter(published)
    found = _found()
    assert (found.kind, found.id, found.field, found.index) == ("release", str(published.pk), field, 0)


def test_a_superuser_who_adds_a_row_is_found(published: Release) -> None:
    _add(published)
    assert _found().kind == "payments"


def test_a_superuser_who_hides_a_release_is_found(published: Release) -> None:
    _hide(published)
    found = _found(quick=False)
    assert (found.kind, found.id, found.field) == ("release", str(published.pk), "state")


def test_a_superuser_who_alters_a_total_is_found(published: Release) -> None:
    total = Total.objects.filter(release=published).first()
    assert total is not None
    bend("UPDATE releases_total SET amount = amount + 1 WHERE id = %s", [total.pk])
    assert (_found().kind, _found().field) == ("total", "amount")


def test_a_superuser_who_undoes_a_replacement_is_found(published: Release, keeper: Keeper) -> None:
    correction = make_correction(published, {_row(published).pk: Line(amount=Decimal(1))})
    keeper.sign()
    bend("DELETE FROM releases_replaced")
    found = _found(quick=False)
    assert (found.kind, found.id, found.field) == ("release", str(correction.pk), "replaced")


def test_a_superuser_who_alters_a_leaf_is_found(published: Release) -> None:
    entry = bytes(Leaf.objects.get(idx=0).entry).replace(b'"rows":"4"', b'"rows":"5"')
    bend("UPDATE log_leaf SET entry = %s WHERE idx = 0", [entry])
    found = _found()
    assert (found.kind, found.id, found.field, found.index) == ("leaf", "0", "entry", 0)


def test_a_superuser_who_alters_a_leaf_with_its_hash_is_found(published: Release) -> None:
    entry = bytes(Leaf.objects.get(idx=0).entry).replace(b'"rows":"4"', b'"rows":"5"')
    bend("UPDATE log_leaf SET entry = %s, hash = sha256('\\x00'::bytea || %s) WHERE idx = 0", [entry, entry])
    assert _full() is not None
    assert verify(full=False, at=NOW).difference is not None


def test_a_superuser_who_removes_a_leaf_is_found(published: Release) -> None:
    bend("DELETE FROM log_leaf WHERE idx = 0")
    found = _full()
    assert found is not None
    assert (found.kind, found.index) == ("leaf", 0)


def test_a_superuser_who_alters_the_head_is_found(published: Release) -> None:
    bend("UPDATE log_head SET root = decode(repeat('00', 32), 'hex')")
    assert (_found().kind, _found().field) == ("head", "root")


def test_a_superuser_who_alters_the_frontier_is_found(published: Release) -> None:
    bend("UPDATE log_head SET frontier = decode(repeat('00', 32), 'hex')")
    assert (_found(quick=False).kind, _found(quick=False).field) == ("head", "frontier")


@pytest.mark.parametrize(("level", "number"), [(0, 0), (0, 255), (1, 0)])
def test_a_superuser_who_alters_a_tile_is_found(keeper: Keeper, level: int, number: int) -> None:
    fill(b'{"n":"%d","t":"inbox","v":"1"}' % index for index in range(65_536))
    keeper.sign()
    bend(
        "UPDATE log_tile SET data = set_byte(data, 77, 255 - get_byte(data, 77))"
        " WHERE level = %s AND number = %s",
        [level, number],
    )
    found = _full()
    assert found is not None
    assert (found.kind, found.id, found.field) == ("tile", f"{level}/{number}", "data")


def test_a_superuser_who_alters_a_checkpoint_is_found(published: Release) -> None:
    bend("UPDATE log_checkpoint SET note = replace(note, E'\\n2\\n', E'\\n3\\n')")
    assert (_found().kind, _found().field) == ("checkpoint", "note")


def test_an_old_backup_is_found(published: Release, keeper: Keeper) -> None:
    highwater.move(
        keeper.mark, seen=highwater.read(keeper.mark), to=Mark(7, b"\x01" * 32)
    )  # what the newer database had signed
    assert (_found().kind, _found().field) == ("signer", "size")


def test_a_log_signed_by_another_key_is_found(published: Release, keeper: Keeper, tmp_path: Path) -> None:
    other = tmp_path / "other" / "log.key"
    keyfile.make_missing(other, "ma.example.cn/log")
    keeper.key.with_suffix(".pub").write_text(other.with_suffix(".pub").read_text())
    assert (_found().kind, _found().field) == ("checkpoint", "note")


def test_each_run_leaves_a_record_and_the_command_says_it(
    published: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify", full=True)
    assert "一致：日志 2 行，1 批，4 行数据" in capsys.readouterr().out
    bend("UPDATE funds_payment SET amount = 1 WHERE id = %s", [_row(published).pk])
    with pytest.raises(CommandError, match=f"payments {_row(published).pk} amount"):
        call_command("verify")
    first, second = Audit.objects.order_by("at")
    assert (first.difference, first.is_full, first.rows) == ("", True, 4)
    assert str(_row(published).pk) in second.difference


def test_the_newest_note_is_what_the_site_serves(published: Release) -> None:
    newest = reading.newest()
    assert newest is not None
    assert newest.note in reading.full_note(newest)
