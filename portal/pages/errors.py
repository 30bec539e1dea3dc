"""Helpful pages with the right status: what is wrong in plain words, and where to go instead."""

from __future__ import annotations

import re
import sys
from functools import cache
from typing import Any

from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from portal.pages import policy, style

RETRY_AFTER_SECONDS = "30"
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


class MissingError(Http404):
    """There is no such page; says why and offers a way on."""

    def __init__(self, say: str, *, line: str = "", href: str = "", word: str = "") -> None:
        """Carry the sentence, a second line, and one link to go on."""
        super().__init__(say)
        self.way = {"say": say, "line": line, "href": href, "word": word}


class UnreadableError(BadRequest):
    """The address carries something that cannot be read; says what and offers a way on."""

    def __init__(self, say: str, *, line: str = "", href: str = "", word: str = "") -> None:
        """Carry the sentence, a second line, and one link to go on."""
        super().__init__(say)
        self.way = {"say": say, "line": line, "href": href, "word": word}


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 with a search box."""
    return _answer(request, "404.html", 404, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 with a search box."""
    return _answer(request, "400.html", 400, exception)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return _answer(request, "403.html", 403, exception)


def gone(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Answer 410: something was here, and why it is not any more."""
    response = render(request, "410.html", context, status=410)
    response["Cache-Control"] = "no-cache"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 while the database is away, else 500; the page asks nothing of anybody."""
    page, word = _offline()
    response = HttpResponse(page)
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response.status_code = 503
        response["Retry-After"] = RETRY_AFTER_SECONDS
    else:
        response.status_code = 500
    response["Cache-Control"] = "no-store"
    policy.allow_inline(response, word)
    return response


@cache
def _offline() -> tuple[str, str]:
    """Return the page and the hash of its own few styles, kept in memory for when nothing else works."""
    page = render_to_string("500.html")
    match = _STYLE.search(page)
    return page, style.source_hash_of(match[1] if match else "")


def _answer(request: HttpRequest, template: str, status: int, exception: Exception) -> HttpResponse:
    context = getattr(exception, "way", {})
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-cache"
    return response
