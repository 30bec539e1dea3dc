"""Numbers for a monitor on this machine, and for nobody else."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from portal import metrics

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_gauges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget after the test what it registered."""
    monkeypatch.setattr(metrics, "_gauges", dict(metrics._gauges))


def test_a_monitor_on_this_machine_reads_the_outbox(client: Client) -> None:
    answer = client.get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    said = answer.content.decode().splitlines()
    assert "# TYPE outbox_dead gauge" in said
    assert {"outbox_waiting 0", "outbox_dead 0", "outbox_oldest_seconds 0"} <= set(said)


@pytest.mark.parametrize("address", ["10.0.0.7", "192.168.1.2", "8.8.8.8", "2001:db8::1", "", "unix:", "127"])
def test_from_elsewhere_there_is_no_such_page(client: Client, address: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 404


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"])
def test_what_a_web_server_passed_on_is_refused(client: Client, name: str) -> None:
    asked = client.get("/metrics", REMOTE_ADDR="127.0.0.1", headers={name: "127.0.0.1"})
    assert asked.status_code == 404


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_every_address_of_this_machine_is_local(client: Client, address: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 200


def test_rooms_add_numbers_and_counts_by_state(client: Client, own_gauges: None) -> None:
    metrics.gauge("letters_sent_total", "Receipts.", lambda: 3)
    metrics.gauge("things_open", "Open tickets.", lambda: {"received": 2, "accepted": 1}, label="state")
    said = client.get("/metrics").content.decode()
    assert "# TYPE letters_sent_total counter\nletters_sent_total 3\n" in said
    assert 'things_open{state="accepted"} 1\nthings_open{state="received"} 2\n' in said


def test_a_label_that_could_name_somebody_is_refused(client: Client, own_gauges: None) -> None:
    metrics.gauge("things_open", "Open tickets.", lambda: {"王小明": 1}, label="state")
    with pytest.raises(ImproperlyConfigured):
        client.get("/metrics")


def test_a_name_is_given_once(own_gauges: None) -> None:
    metrics.gauge("things_open", "Open tickets.", lambda: 1)
    with pytest.raises(ImproperlyConfigured):
        metrics.gauge("things_open", "Open tickets.", lambda: 1)
