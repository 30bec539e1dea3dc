"""Pages about reports as answers: kept by nobody, told to nobody, found by nobody."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render

from portal.pages import errors, policy, style

# A form that cannot be read: too large in its words, cut in the middle, or no form.
UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)
BAD_REQUEST, TOO_MANY, UNAVAILABLE = 400, 429, 503


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Answer with a page that carries its own style and leaves no trace."""
    told = {"tab": "report", "inline_style": True, **context}
    response = guarded(render(request, template, told, status=status))
    policy.allow_inline(response, style.source_hash())
    if status == UNAVAILABLE:
        response["Retry-After"] = errors.RETRY_AFTER_SECONDS
    return response


def guarded(response: HttpResponse) -> HttpResponse:
    """Return an answer with the headers that keep it out of caches, referrers and search engines."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def is_foreign(request: HttpRequest) -> bool:
    """Return whether a form was sent by another site, as far as the browser says."""
    return request.headers.get("Sec-Fetch-Site") == "cross-site"
