"""Pages about reports as answers: kept by nobody, told to nobody, found by nobody."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render

from portal.pages import answers as packing
from portal.pages import errors, policy, style

# A form that cannot be read: too large in its words, cut in the middle, or no form.
UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)
BAD_REQUEST, TOO_LARGE, TOO_MANY, UNAVAILABLE = 400, 413, 429, 503


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Answer with a page that carries its own style and leaves no trace."""
    told = {"tab": "report", "inline_style": True, **context}
    response = guarded(render(request, template, told, status=status))
    policy.allow_inline(response, style.source_hash())
    if request.method == "GET" and packing.takes_gzip(request.headers.get("Accept-Encoding", "")):
        # Only what is asked for without a word of anybody's: the length of packed words would tell of them.
        response.content = packing.pack(response.content)
        response["Content-Encoding"] = "gzip"
    if status == UNAVAILABLE:
        response["Retry-After"] = errors.RETRY_AFTER_SECONDS
    return response


def unread(request: HttpRequest, say: str, *, status: int) -> HttpResponse:
    """Answer a form that was not read: nothing of it is kept or given back, and it says so."""
    return page(request, "complaints/report_unread.html", {"say": say}, status=status)


def guarded(response: HttpResponse) -> HttpResponse:
    """Return an answer with the headers that keep it out of caches, referrers and search engines."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["Vary"] = "Accept-Encoding, Cookie"
    return response


def kind_and_place(error: Exception) -> str:
    """Return what may be logged of an error: its kind and its line of code, never its message."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
    return f"{type(error).__name__} at {at}"


def is_foreign(request: HttpRequest) -> bool:
    """Return whether a form was sent by another site, as far as the browser says.

    Old browsers name no site, and some say `null` for a page that sends no referrer: neither is a refusal.
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return True
    origin = request.headers.get("Origin", "null")
    return origin != "null" and _host(origin) not in _own_hosts(request)


def _own_hosts(request: HttpRequest) -> set[str]:
    """Return the hosts that are this site; a proxy may have cut the port off what the browser asked for."""
    return {request.get_host().lower(), *map(_host, [settings.SITE_URL, *settings.CSRF_TRUSTED_ORIGINS])}


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
