"""Answers in bytes and plain text, with the caching each of them bears."""

from __future__ import annotations

from django.http import HttpResponse

FOR_EVER = "public, max-age=31536000, immutable"
SHORT = "public, max-age=5"
TEXT = "text/plain; charset=utf-8"


def for_ever(data: bytes, kind: str = "application/octet-stream") -> HttpResponse:
    """Return bytes that never change at this address."""
    return _answer(data, kind, FOR_EVER)


def for_now(text: str) -> HttpResponse:
    """Return text that may be another one in a few seconds."""
    return _answer(text.encode(), TEXT, SHORT)


def missing() -> HttpResponse:
    """Return that nothing is here yet, in a word for programs."""
    return _answer(b"not found\n", TEXT, "no-cache", status=404)


def _answer(data: bytes, kind: str, cache: str, *, status: int = 200) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind, status=status)
    answer["Cache-Control"] = cache
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
