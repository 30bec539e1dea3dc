"""Effects are written with their cause or not at all, once for a key, and hold ids only."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from portal.outbox.actions import NotInTransactionError, once, put, revive
from portal.outbox.identifiers import NotAnIdentifierError
from portal.outbox.models import Effect, Seen
from tests.portal.outbox.deeds import later, the, write
from tests.racing import race

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_put_outside_a_transaction_is_refused() -> None:
    with pytest.raises(NotInTransactionError):
        put(topic="note", key="a:1")
    with pytest.raises(NotInTransactionError):
        once("a:1")
    assert not Effect.objects.exists()


def test_a_cause_rolled_back_leaves_no_effect() -> None:
    def act() -> None:
        with transaction.atomic():
            put(topic="note", key="a:1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert not Effect.objects.exists()


def test_the_same_key_is_the_same_effect() -> None:
    assert put(topic="note", key="a:1", ref={"ticket": 1})
    assert not put(topic="note", key="a:1", ref={"ticket": 2})
    assert the("a:1").ref == {"ticket": 1}


@pytest.mark.django_db(transaction=True)
def test_two_who_write_one_key_at_once_write_one_effect() -> None:
    def act() -> bool:
        with transaction.atomic():
            return put(topic="note", key="a:1")

    assert sorted(race([act, act, act])) == [False, False, True]


def test_uuids_are_kept_as_text() -> None:
    one = uuid4()
    put(topic="note", key=f"a:{one}", ref={"row": one, "other": str(one), "state": "in_review", "level": 2})
    assert the(f"a:{one}").ref == {"row": str(one), "other": str(one), "state": "in_review", "level": 2}


@pytest.mark.parametrize(
    "value",
    [
        "王小明",
        "a word",
        "Zhang",
        "13812345678",
        "x13812345678",
        13812345678,
        -1,
        True,
        1.5,
        None,
        [1],
        {},
        "",
    ],
    ids=repr,
)
def test_nothing_a_person_wrote_gets_in(value: Any) -> None:
    with pytest.raises(NotAnIdentifierError) as refusal:
        put(topic="note", key="a:1", ref={"value": value})
    assert str(value) not in str(refusal.value) or value == ""
    assert not Effect.objects.exists()


@pytest.mark.parametrize(
    ("topic", "key", "ref"),
    [
        ("Note", "a:1", {}),
        ("note", "王:1", {}),
        ("note", "a:13812345678", {}),
        ("note", "a:1\n", {}),
        ("note", "", {}),
        ("note", "a" * 201, {}),
        ("note", "a:1", {"姓名": 1}),
        ("note", "a:1", {f"name{number}": str(uuid4()) for number in range(20)}),
    ],
)
def test_odd_topics_keys_and_refs_are_refused(topic: str, key: str, ref: dict[str, int | str]) -> None:
    with pytest.raises(NotAnIdentifierError):
        put(topic=topic, key=key, ref=ref)


@pytest.mark.parametrize(
    "told",
    [
        {"ref": {"name": "王小明"}},
        {"key": "王小明"},
        {"error": "refused: 王小明"},
        {"done_at": later, "dead_at": later, "attempts": 1, "error": "E"},
        {"done_at": later, "attempts": 0},
        {"dead_at": later, "attempts": 1, "error": ""},
        {"dead_at": later, "lease_until": later, "attempts": 1, "error": "E"},
    ],
)
def test_the_database_refuses_what_cannot_be(told: dict[str, Any]) -> None:
    values = {name: value() if callable(value) else value for name, value in told.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Effect.objects.create(**{"topic": "note", "key": "a:1", **values})


def test_once_is_true_once() -> None:
    assert [once("a:1"), once("a:1"), once("a:2")] == [True, False, True]
    assert Seen.objects.count() == 2


def test_only_the_dead_are_revived() -> None:
    write("note", "a:1")
    assert not revive(the("a:1").pk)
    Effect.objects.update(attempts=12, dead_at=later(), error="OSError")
    assert revive(the("a:1").pk)
    assert (the("a:1").dead_at, the("a:1").attempts, the("a:1").error) == (None, 0, "OSError")
