"""Few downloads at a time, none for ever, and every place given back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.pages import downloads
from tests.builders import make_lines, make_places, make_release

# Closing an answer closes the connection of a request, too.
pytestmark = pytest.mark.django_db(transaction=True)


def ask(client: Client) -> Any:  # Any: a streamed answer, or a page
    return client.get("/data/payments.csv", {"region": make_places().dapu.code})


def test_more_than_a_few_at_a_time_are_asked_to_come_later(client: Client) -> None:
    make_release(lines=make_lines(3))
    reading = [ask(client) for _ in range(downloads.MOST)]
    assert {answer.status_code for answer in reading} == {200}
    for refused in (ask(client), client.get("/duties.csv?region=360902000000")):
        assert refused.status_code == 503
        assert int(refused["Retry-After"]) > 0
    assert client.get("/data/").status_code == 200
    b"".join(reading[0].streaming_content)
    reading[1].close()
    again = [ask(client), ask(client), ask(client)]
    assert [answer.status_code for answer in again] == [200, 200, 503]
    for answer in (*reading, *again):
        answer.close()


def test_a_download_ends_at_its_deadline_and_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_release(lines=make_lines(3))
    monkeypatch.setattr(downloads, "LONGEST_SECONDS", 0.0)
    for _ in range(downloads.MOST + 1):
        text = b"".join(ask(client).streaming_content).decode()
        assert text == downloads.CUT_SHORT
