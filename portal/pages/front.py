"""A WSGI wrapper ahead of Django: serves kept pages and the stylesheet without a query.

Whatever is odd — another method, a query string, a page not kept — goes on to Django, which makes
the page and keeps it. nginx serves the same files where there is one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from portal.pages import answers, policy, store, style

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

# Called with the slug of every printed code answered here. The room of codes registers itself.
on_scan: list[Callable[[str], None]] = []

_PLACE = re.compile(r"/r/([0-9]{12})/(?:([a-z]{2,20})/)?")
_CODE = re.compile(r"/[cC]/([0-9A-Za-z]{7})/?")
_STYLE = re.compile(r"/style/([0-9a-f]{16})\.css")


class Front:
    """Answers from files what can be answered from files; hands the rest to the application."""

    def __init__(
        self,
        application: WSGIApplication,
        *,
        today: Callable[[], date] = timezone.localdate,
    ) -> None:
        """Wrap the application and forget what an older program kept."""
        self.application = application
        self.today = today
        store.drop_all()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"} and not environ.get("QUERY_STRING"):
            answer = self._answer(environ)
            if answer is not None:
                status, headers, body = answer
                start_response(status, headers)
                return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        return self.application(environ, start_response)

    def _answer(self, environ: WSGIEnvironment) -> tuple[str, policy.Headers, bytes] | None:
        path: str = environ.get("PATH_INFO", "")
        secure = is_secure(environ)
        if settings.SECURE_SSL_REDIRECT and not secure:
            return None
        if _STYLE.fullmatch(path):
            return _stylesheet(path, environ, secure=secure)
        packed = answers.takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        body = self._page(path, environ.get("HTTP_COOKIE", ""), packed=packed)
        if body is None:
            return None
        _note_scan(path, environ["REQUEST_METHOD"])
        return _finished(
            body,
            environ,
            packed=packed,
            headers=[("Content-Type", answers.HTML), *policy.kept_page_headers(secure=secure)],
        )

    def _page(self, path: str, cookie: str, *, packed: bool) -> bytes | None:
        day = self.today()
        found = _place_of(path, day)
        if found is None:
            return None
        place, section = found
        name = store.Name(place=place, section=section, big=answers.wants_big(cookie))
        return store.read(name, day, packed=packed)


def _place_of(path: str, day: date) -> tuple[str, str] | None:
    if path == "/":
        return store.HOME, store.INDEX
    if match := _PLACE.fullmatch(path):
        return match[1], match[2] or store.INDEX
    if match := _CODE.fullmatch(path):
        place = store.aliased(match[1].lower(), day)
        return (place, store.INDEX) if place else None
    return None


def _note_scan(path: str, method: str) -> None:
    """Tell the room of codes; a scan that cannot be noted must not cost the page."""
    match = _CODE.fullmatch(path)
    if match is None or method != "GET":
        return
    for note in on_scan:
        try:
            note(match[1].lower())
        except Exception:
            logger.exception("scan not noted")


def _stylesheet(
    path: str, environ: WSGIEnvironment, *, secure: bool
) -> tuple[str, policy.Headers, bytes] | None:
    if path != style.path():
        return None
    packed = answers.takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    body = style.text().encode()
    return _finished(
        answers.pack(body) if packed else body,
        environ,
        packed=packed,
        headers=[("Content-Type", "text/css; charset=utf-8"), *policy.guards(secure=secure)],
        cache="public, max-age=31536000, immutable",
    )


def _finished(
    body: bytes,
    environ: WSGIEnvironment,
    *,
    packed: bool,
    headers: policy.Headers,
    cache: str = "no-cache",
) -> tuple[str, policy.Headers, bytes]:
    tag = answers.etag(body, packed=packed)
    described = dict(headers + answers.headers(tag, packed=packed)) | {"Cache-Control": cache}
    if answers.is_fresh(environ.get("HTTP_IF_NONE_MATCH", ""), tag):
        for name in ("Content-Type", "Content-Encoding"):
            described.pop(name, None)
        return "304 Not Modified", list(described.items()), b""
    described["Content-Length"] = str(len(body))
    return "200 OK", list(described.items()), body


def is_secure(environ: WSGIEnvironment) -> bool:
    """Return whether the reader came by HTTPS, as Django judges it."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        if name in environ:
            return str(environ[name]).split(",")[0].strip() == value
    return environ.get("wsgi.url_scheme") == "https"
