"""Slow senders: a few at a time, with a deadline, and nobody else waits for them."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import pytest
from django.http import HttpRequest, UnreadablePostError
from django.test import Client
from pytest_django import Settings

from complaints.reporting import bodies, limits
from complaints.reporting.bodies import Arriving, FullError, Lane
from tests.complaints.cases import Officers
from tests.complaints.forms import Sender, code_in
from tests.journeys.site import serving


@pytest.fixture(autouse=True)
def _nobody_counted() -> Iterator[None]:
    limits.reports.forget()
    yield
    assert (bodies.words._inside, bodies.files._inside) == (0, 0)


class _Request(HttpRequest):
    """A request whose sender stops in the middle."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.META["CONTENT_LENGTH"] = str(length)
        self.goes_on = threading.Event()

    def read(self, size: int | None = -1) -> bytes:
        self.goes_on.wait(10)
        return b""


def test_a_lane_takes_so_many() -> None:
    lane = Lane(lambda: 1)
    lane.enter()
    with pytest.raises(FullError):
        lane.enter()
    lane.leave()
    lane.enter()


def test_a_body_that_stops_is_given_up(settings: Settings) -> None:
    settings.REPORTS_WORDS_SECONDS = 0
    request = _Request(100)
    Arriving(request)
    with pytest.raises(UnreadablePostError):
        request.read(100)
    request.goes_on.set()


@pytest.mark.django_db
def test_a_form_that_announces_too_much_is_not_read(
    client: Client, staff: Officers, settings: Settings
) -> None:
    settings.REPORTS_MOST_REQUEST_BYTES = 1000
    answer = Sender(client).send("字" * 1000)
    assert answer.status_code == 413
    assert "合起来最多 50 MB" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_unfinished_forms_stop_neither_the_site_nor_words(staff: Officers, settings: Settings) -> None:
    settings.REPORTS_BODIES_AT_ONCE = 3
    with serving() as site, ExitStack() as stack:
        slow = [stack.enter_context(_unfinished(site, "/report/")) for _ in range(3)]
        slow += [stack.enter_context(_unfinished(site, "/ticket/")) for _ in range(9)]
        time.sleep(1)
        further = _unfinished(site, "/report/")
        assert b" 503 " in _head(further)
        further.close()
        with closing(http.client.HTTPConnection(urlsplit(site).netloc, timeout=5)) as connection:
            connection.request("GET", "/report/")
            assert connection.getresponse().status == 200
        assert code_in(Sender(Client()).send())
        refused = [_head(one) for one in slow[3:]]
        assert all(b" 503 " in head and b"Retry-After" in head for head in refused)


def _unfinished(site: str, path: str) -> socket.socket:
    """Return a connection that promised a picture and sends no more of it."""
    where = urlsplit(site)
    made = socket.create_connection((where.hostname or "", where.port or 0), timeout=20)
    made.sendall(
        f"POST {path} HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Length: 5000000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n".encode()
    )
    return made


def _head(connection: socket.socket) -> bytes:
    return connection.recv(2000)
