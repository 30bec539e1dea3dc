"""What monitors are told, and what people see while the database is away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from portal import health
from portal.celery import app


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Point the application at a socket where nobody listens."""
    connections["default"].close()
    with monkeypatch.context() as patch:
        patch.setitem(connections["default"].settings_dict, "HOST", "/nowhere")
        yield
        connections["default"].close()


def test_healthz_asks_nobody(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_readyz_names_what_works(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # A busy machine may not answer within the second that is allowed in service.
    monkeypatch.setitem(app.conf.broker_transport_options, "socket_connect_timeout", 60)
    monkeypatch.setitem(app.conf.broker_transport_options, "socket_timeout", 60)
    answer = client.get("/readyz")
    facts = dict.fromkeys(["database", "broker", "log", "outbox", "duties", "sealing", "backup"], "ok")
    assert (answer.status_code, answer.json()) == (200, facts)


@pytest.mark.django_db(transaction=True)
def test_readyz_fails_without_a_database(client: Client, away: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "down")


@pytest.mark.django_db
def test_readyz_says_that_the_broker_is_lost_and_stays_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In this order: the address for writing is the other one's while it has none of its own.
    monkeypatch.setattr(app.conf, "broker_write_url", "redis+socket:///nowhere/broker.sock")
    monkeypatch.setattr(app.conf, "broker_url", "redis+socket:///nowhere/broker.sock")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (200, "down")


@pytest.mark.django_db(transaction=True)
def test_readyz_fails_while_migrations_are_missing(client: Client) -> None:
    recorder = MigrationRecorder(connections["owner"])
    recorder.record_unapplied("sessions", "0001_initial")
    health.check_migrations.cache_clear()
    try:
        answer = client.get("/readyz")
    finally:
        recorder.record_applied("sessions", "0001_initial")
    assert (answer.status_code, answer.json()["database"]) == (503, "migrations missing")


@pytest.mark.django_db(transaction=True)
def test_a_lost_database_gives_a_page_that_needs_nothing(client: Client, away: None) -> None:
    client.raise_request_exception = False
    client.cookies["sessionid"] = "x" * 32
    answer = client.get("/manage/")
    assert answer.status_code == 503
    assert "现在打不开" in answer.content.decode()
    assert settings.HOTLINE in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
