"""Talks to the front as a web server does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from wsgiref.util import setup_testing_defaults

from django.core.handlers.wsgi import WSGIHandler

from portal.pages.front import Front

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse


@dataclass(frozen=True)
class Answer:
    """What came back, and whether Django was asked."""

    status: int
    headers: dict[str, str]
    body: bytes
    by_django: bool


def _noting(told: list[Any]) -> StartResponse:
    """Return a start of responses that writes down status and headers."""

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
        told.extend([status, headers])
        return told.append

    return start_response


class Server:
    """The front before the real application, which it counts the calls of."""

    def __init__(self, *, today: date | None = None) -> None:
        self.calls = 0
        self._django = WSGIHandler()
        self._front = Front(self._ask, today=lambda: today) if today else Front(self._ask)

    def _ask(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.calls += 1
        return self._django(environ, start_response)

    def get(self, path: str, *, method: str = "GET", **extra: str) -> Answer:
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": method}
        setup_testing_defaults(environ)
        environ |= {"HTTP_HOST": "testserver", **extra}
        told: list[Any] = []
        before = self.calls
        parts = self._front(environ, _noting(told))
        body = b"".join(parts)
        close = getattr(parts, "close", None)
        if close:
            close()
        return Answer(int(told[0].split()[0]), dict(told[1]), body, self.calls > before)
