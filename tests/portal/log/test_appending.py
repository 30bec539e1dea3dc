from __future__ import annotations

from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from portal.log import appending, reading
from portal.log.appending import LogStoppedError
from portal.log.models import Head, Leaf, SignerState, Tile
from portal.record.hashing import leaf_hash
from portal.record.tiles import fold, grow
from portal.record.tree import root_of
from tests.portal.log.keeping import append, entry, entry_bytes, fill
from tests.racing import race
from tests.refusals import execute, refused_by

pytestmark = pytest.mark.django_db


def test_the_database_and_the_library_make_one_tree() -> None:
    hashes = []
    for number in range(70):
        append(number)
        hashes.append(leaf_hash(entry_bytes(number)))
        head = Head.objects.get()
        assert (head.size, bytes(head.root)) == (number + 1, root_of(hashes))
        assert reading.tree().root(0, number + 1) == root_of(hashes)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", [254, 510, 65_534])
def test_a_full_tile_is_written_with_the_leaf_that_fills_it(before: int) -> None:
    entries = [entry_bytes(number) for number in range(before + 3)]
    fill(entries[:before])
    for number in range(before, before + 3):
        append(number)
    hashes = [leaf_hash(one) for one in entries]
    head = Head.objects.get()
    assert (head.size, bytes(head.root)) == (before + 3, root_of(hashes))
    expected = {(level, number): found for level, number, found in grow(hashes) if len(found) == 256}
    stored = {(tile.level, tile.number): bytes(tile.data) for tile in Tile.objects.all()}
    assert stored == {where: b"".join(found) for where, found in expected.items()}
    roots = {(tile.level, tile.number): bytes(tile.root) for tile in Tile.objects.all()}
    assert roots == {where: fold(found) for where, found in expected.items()}


def test_indexes_have_no_gap_where_an_act_failed() -> None:
    append(1)
    with transaction.atomic():
        append(2)
        transaction.set_rollback(True)
    assert append(3) == [1]
    assert Leaf.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_get_twelve_indexes_in_a_row() -> None:
    results = race([partial(append, number) for number in range(12)])
    assert sorted(index for (index,) in results) == list(range(12))
    hashes = [bytes(leaf.hash) for leaf in Leaf.objects.order_by("idx")]
    assert bytes(Head.objects.get().root) == root_of(hashes)


@pytest.mark.parametrize("told", [b"[]", b'{"t":"x","v":"2"}', b'{"t":"x","v":"1","n":1}', b'{"v":"1"}'])
def test_only_flat_objects_of_texts_are_entries(told: bytes) -> None:
    with refused_by("log_entry_of_strings"):
        execute("SELECT log_append(%s)", [told])


def test_an_entry_has_at_most_four_kilobytes() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        appending.append({"t": "inbox", "words": "x" * 4096})


@pytest.mark.parametrize("table", ["log_leaf", "log_tile", "log_head", "log_checkpoint", "log_cosignature"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES", "TRUNCATE {}"])
def test_the_application_can_write_no_table_of_the_log(table: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        execute(statement.format(table))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_leaf SET entry = ''",
        "DELETE FROM log_leaf",
        "TRUNCATE log_leaf",
        "UPDATE log_tile SET data = ''",
        "DELETE FROM log_tile",
        "UPDATE log_head SET root = ''",
        "DELETE FROM log_head",
        "UPDATE log_checkpoint SET note = ''",
        "DELETE FROM log_checkpoint",
    ],
)
def test_not_even_the_owner_changes_what_stands(statement: str) -> None:
    fill([entry_bytes(number) for number in range(256)])
    execute("INSERT INTO log_checkpoint (size, root, note, at) VALUES (256, '', '', now())", using="owner")
    with refused_by("log_append_only", using="owner"):
        execute(statement, using="owner")


def test_nothing_is_appended_while_the_signer_refuses() -> None:
    SignerState.objects.create(refusal="日志改过以前的内容。")
    with pytest.raises(LogStoppedError, match="改过"):
        append(1)
    assert not Leaf.objects.exists()


def test_entries_stand_in_canonical_json() -> None:
    append(7)
    assert bytes(Leaf.objects.get().entry) == b'{"count":"7","t":"bridge","v":"1","week":"2026-W27"}'
    assert entry(7)["t"] == Leaf.objects.get().kind


def test_the_log_is_locked_until_the_act_commits() -> None:
    append(1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone()[0] == 1
