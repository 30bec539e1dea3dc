"""What monitors, the doctor and the command say of the outbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from portal.doctor import examine
from portal.outbox import condition
from portal.outbox.models import Effect
from tests.portal.outbox.deeds import Deeds, database_now, later, the, write

pytestmark = pytest.mark.django_db


def _kill(key: str) -> None:
    write("note", key)
    Effect.objects.filter(key=key).update(attempts=12, dead_at=database_now(), error="TimeoutError")


def test_an_empty_outbox_is_well() -> None:
    assert str(condition.look()) == "ok"


def test_what_waits_longer_than_any_poll_is_told() -> None:
    write("note", "a:1")
    assert str(condition.look()) == "ok"
    assert str(condition.look(later(minutes=6))) == "waiting"


def test_what_is_put_off_or_being_done_is_not_late() -> None:
    write("note", "a:1", "a:2")
    Effect.objects.filter(key="a:1").update(not_before=later(hours=6), attempts=5, error="OSError")
    Effect.objects.filter(key="a:2").update(lease_until=later(minutes=9), attempts=1)
    assert str(condition.look(later(minutes=6))) == "ok"
    assert condition.look().waiting == 2


def test_readyz_names_the_dead_and_the_late_and_stays_ready(client: Client) -> None:
    _kill("a:1")
    write("note", "a:2")
    Effect.objects.filter(key="a:2").update(not_before=database_now() - timedelta(minutes=6))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["outbox"]) == (200, "waiting, dead 1")


def test_the_doctor_tells_what_to_do_with_the_dead() -> None:
    _kill("a:1")
    said = " ".join(note.text for note in examine() if note.is_fault)
    assert "有 1 件事" in said
    assert "outbox retry" in said


def test_the_command_does_what_waits(deeds: Deeds, capsys: pytest.CaptureFixture[str]) -> None:
    write("note", "a:1")
    call_command("outbox", "run", "--once")
    assert "办成 1 件" in capsys.readouterr().out
    assert sum(deeds.done().values()) == 1


def test_the_command_lists_what_waits_and_the_dead(capsys: pytest.CaptureFixture[str]) -> None:
    _kill("a:1")
    write("note", "a:2")
    call_command("outbox", "list")
    said = capsys.readouterr().out
    assert "等着的：1 件" in said
    assert "放弃了的：1 件" in said
    assert "a:1  放弃了" in said
    assert "TimeoutError" in said


def test_the_command_revives_the_dead(deeds: Deeds) -> None:
    _kill("a:1")
    _kill("a:2")
    call_command("outbox", "retry", str(the("a:1").pk))
    assert [the(key).dead_at is None for key in ("a:1", "a:2")] == [True, False]
    call_command("outbox", "retry", "--dead")
    assert the("a:2").dead_at is None


def test_the_command_says_what_cannot_be_revived() -> None:
    write("note", "a:1")
    with pytest.raises(CommandError, match="没有放弃过"):
        call_command("outbox", "retry", str(the("a:1").pk))
    with pytest.raises(CommandError, match="写出序号"):
        call_command("outbox", "retry")
