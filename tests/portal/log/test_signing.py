from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import OperationalError, transaction
from pytest_django import Settings

from portal.log import highwater, hooks, keyfile, reading, rotation, signing
from portal.log.appending import LogStoppedError
from portal.log.highwater import Mark
from portal.log.keyfile import SigningKeyError
from portal.log.models import Checkpoint, SignerState
from portal.log.rotation import OVERLAP, RotationError
from portal.log.signing import InconsistentError
from portal.record import verifying
from tests.builders import NOW
from tests.portal.log.keeping import Keeper, append, bend, entry_bytes, fill
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_look_names_the_key_and_signs_it(keeper: Keeper) -> None:
    head = keeper.head()
    assert (head.origin, head.size) == ("ma.example.cn/log", 1)
    assert [key.vkey for key in reading.key_history()] == [keyfile.load(keeper.key)[0].vkey]


def test_a_growing_log_is_signed_each_time_it_grew(keeper: Keeper) -> None:
    heads = [keeper.head()]
    for count in (1, 2, 300):
        append(*range(count))
        heads.append(keeper.head())
    assert [head.size for head in heads] == [1, 2, 4, 304]
    for old, new in pairwise(heads):
        verifying.check_consistency(old, new, reading.consistency(old.size, new.size))


def test_a_second_look_signs_nothing(keeper: Keeper) -> None:
    keeper.sign()
    sealed = keeper.sign()
    assert (sealed.before, sealed.after) == (1, 1)
    assert Checkpoint.objects.count() == 1


def test_those_who_wait_for_a_checkpoint_are_told_once(keeper: Keeper) -> None:
    told: list[tuple[int, int]] = []
    tell = partial(_note, told)
    hooks.after_checkpoint.append(tell)
    try:
        keeper.sign()
        append(1, 2)
        keeper.sign()
        keeper.sign()
    finally:
        hooks.after_checkpoint.remove(tell)
    assert told == [(0, 1), (1, 3)]


def _note(told: list[tuple[int, int]], before: int, after: int) -> None:
    told.append((before, after))


def test_an_old_backup_is_not_signed_and_stops_publishing(keeper: Keeper) -> None:
    append(1, 2, 3)
    keeper.sign()
    for table in ("log_leaf WHERE idx > 1", "log_checkpoint", "log_head"):
        bend(f"DELETE FROM {table}")
    bend("INSERT INTO log_head SELECT 1, 2, ''::bytea, ''::bytea")
    hashes = reading.tile_hashes(0, 0)
    root = verifying.root_over(hashes)
    bend("UPDATE log_head SET root = %s, frontier = %s", [root, root])
    with pytest.raises(InconsistentError, match="旧备份"):
        keeper.sign()
    with pytest.raises(LogStoppedError, match="旧备份"):
        append(9)


def test_another_past_of_the_same_length_is_not_signed(keeper: Keeper) -> None:
    append(1, 2)
    keeper.sign()
    for table in ("log_leaf WHERE idx > 0", "log_checkpoint", "log_head"):
        bend(f"DELETE FROM {table}")
    root = verifying.root_over(reading.tile_hashes(0, 0))
    bend("INSERT INTO log_head VALUES (1, 1, %s, %s)", [root, root])
    append(8, 9)
    with pytest.raises(InconsistentError):
        keeper.sign()
    assert not Checkpoint.objects.exists()


def test_a_leaf_altered_before_it_was_signed_is_not_signed(keeper: Keeper) -> None:
    keeper.sign()
    append(1)
    bend("UPDATE log_leaf SET entry = %s WHERE idx = 1", [entry_bytes(2)])
    with pytest.raises(InconsistentError, match="第 1 行"):
        keeper.sign()


@pytest.mark.parametrize("column", ["root", "frontier"])
def test_an_altered_head_is_not_signed(keeper: Keeper, column: str) -> None:
    keeper.sign()
    append(1, 2)
    bend(f"UPDATE log_head SET {column} = decode(repeat('00', 64), 'hex')")
    if column == "frontier":
        append(3)
    with pytest.raises(InconsistentError):
        keeper.sign()


def test_a_repaired_log_is_signed_again(keeper: Keeper) -> None:
    keeper.sign()
    append(1)
    bend("UPDATE log_leaf SET entry = %s WHERE idx = 1", [entry_bytes(2)])
    with pytest.raises(InconsistentError):
        keeper.sign()
    bend("UPDATE log_leaf SET entry = %s WHERE idx = 1", [entry_bytes(1)])
    assert keeper.sign().after == 2
    assert SignerState.objects.get().refusal == ""


def test_after_a_crash_before_commit_the_same_bytes_are_signed(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.sign()
    append(1)
    notes = []
    original = highwater.move

    def crash(path: Path, **told: Mark | None) -> None:
        original(path, **told)  # type: ignore[arg-type] # passed on as it came
        notes.append(Checkpoint.objects.get(size=2).note)
        raise OperationalError("killed")

    monkeypatch.setattr(highwater, "move", crash)
    with pytest.raises(OperationalError):
        keeper.sign()
    assert not Checkpoint.objects.filter(size=2).exists()
    monkeypatch.undo()
    keeper.sign()
    assert [Checkpoint.objects.get(size=2).note] == notes


def test_after_a_crash_the_log_may_have_grown_meanwhile(keeper: Keeper) -> None:
    keeper.sign()
    append(1)
    keeper.sign()
    bend("DELETE FROM log_checkpoint WHERE size = 2")
    append(2)
    assert keeper.sign().after == 3


def test_of_two_signers_at_once_one_signs_and_both_agree(keeper: Keeper) -> None:
    append(*range(20))
    results = race([keeper.sign] * 4)
    assert {result.after for result in results} == {21}
    assert Checkpoint.objects.count() == 1


def test_a_mark_moved_by_another_signer_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "log.mark"
    highwater.move(file, seen=None, to=Mark(1, b"a" * 32))
    with pytest.raises(highwater.MarkError):
        highwater.move(file, seen=None, to=Mark(2, b"b" * 32))
    assert highwater.read(file) == Mark(1, b"a" * 32)


@pytest.mark.parametrize("text", ["", "1\n", "x y\n", "1 AAAA", "01 AAAA\n"])
def test_a_damaged_mark_stops_the_signer(keeper: Keeper, text: str) -> None:
    keeper.mark.write_text(text)
    with pytest.raises(InconsistentError, match="坏了"):
        keeper.sign()


def test_only_the_signer_may_read_the_key(keeper: Keeper) -> None:
    assert keeper.key.stat().st_mode & 0o777 == 0o600
    assert keeper.key.with_suffix(".pub").stat().st_mode & 0o777 == 0o644
    keeper.key.chmod(0o640)
    with pytest.raises(SigningKeyError, match="chmod"):
        keyfile.load(keeper.key)


@pytest.mark.parametrize("text", ["", "no key", "PRIVATE+KEY+x+00000000+AAAA"])
def test_a_damaged_key_is_told_and_never_shown(keeper: Keeper, text: str) -> None:
    keeper.key.write_text(text)
    with pytest.raises(SigningKeyError, match="备份") as caught:
        keyfile.load(keeper.key)
    assert "AAAA" not in str(caught.value)


def test_a_key_is_made_once(keeper: Keeper) -> None:
    before = keeper.key.read_bytes()
    assert not keyfile.make_missing(keeper.key, "another/log")
    assert keeper.key.read_bytes() == before


def test_both_keys_sign_while_a_key_is_changed(keeper: Keeper) -> None:
    old = keyfile.load(keeper.key)[0].vkey
    keeper.sign()
    new = rotation.begin(keeper.key, at=NOW).vkey
    note = keeper.newest().note
    for vkey in (old, new):
        assert verifying.open_checkpoint(note, [vkey]).size == 2
    with pytest.raises(RotationError, match="两把"):
        rotation.begin(keeper.key, at=NOW)
    with pytest.raises(RotationError, match="90"):
        rotation.finish(keeper.key, at=NOW)
    assert rotation.finish(keeper.key, at=NOW + OVERLAP) == old
    note = keeper.newest().note
    assert verifying.open_checkpoint(note, [new]).size == 3
    with pytest.raises(verifying.RefusedError):
        verifying.open_checkpoint(note, [old])
    assert [(key.vkey, key.since, key.until) for key in reading.key_history()] == [
        (old, 0, 2),
        (new, 1, None),
    ]
    assert reading.vkeys() == [old, new]


def test_a_change_of_key_that_crashed_is_taken_up_again(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.sign()
    with monkeypatch.context() as crashing:
        crashing.setattr(keyfile, "add", _crash_for(keeper.key, keyfile.add))
        with pytest.raises(OperationalError):
            rotation.begin(keeper.key, at=NOW)
    assert keeper.newest().size == 2  # the log names it, one key signs
    rotation.begin(keeper.key, at=NOW)
    assert keeper.sign().after == 2
    append(1)
    assert len(keeper.newest().note.strip().split("\n")) == 6


def _crash_for(key: Path, original: object) -> object:
    def add(path: Path, signer: object) -> None:
        if path == key:
            raise OperationalError("killed")
        original(path, signer)  # type: ignore[operator] # the function itself

    return add


def test_the_settings_name_the_key(settings: Settings) -> None:
    assert settings.LOG_KEY.name == "log.key"
    assert keyfile.origin_of("https://ma.example.cn") == "ma.example.cn/log"
    assert keyfile.origin_of("http://127.0.0.1:8000") == "127.0.0.1:8000/log"


def test_a_log_that_was_filled_elsewhere_is_signed(keeper: Keeper) -> None:
    fill(entry_bytes(number) for number in range(1000))
    with transaction.atomic():
        pass
    assert keeper.sign() == signing.Sealed(0, 1001)
