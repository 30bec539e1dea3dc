"""One page's bytes as an HTTP answer: encoding, strong ETag, 304 (pure).

The front and Django's own view answer through the same functions, so that a page made just now and
a kept one cannot be told apart.
"""

from __future__ import annotations

import gzip
import hashlib
import re

_BIG = re.compile(r"(?:^|;\s*)big=1(?:;|$)")
HTML = "text/html; charset=utf-8"


def wants_big(cookie: str) -> bool:
    """Return whether the reader chose big type."""
    return _BIG.search(cookie) is not None


def takes_gzip(accept_encoding: str) -> bool:
    """Return whether the reader takes gzip (RFC 9110 section 12.5.3, without ranking)."""
    for part in accept_encoding.lower().split(","):
        coding, _, parameters = part.partition(";")
        if coding.strip() in {"gzip", "*"}:
            return not re.fullmatch(r"\s*q=0(\.0*)?\s*", parameters)
    return False


def etag(data: bytes, *, packed: bool) -> str:
    """Return the strong tag of an answer's bytes; each encoding has its own."""
    return f'"{hashlib.sha256(data).hexdigest()[:32]}{"-gz" if packed else ""}"'


def is_fresh(if_none_match: str, tag: str) -> bool:
    """Return whether the reader already holds these bytes."""
    held = (word.strip().removeprefix("W/") for word in if_none_match.split(","))
    return any(word in {tag, "*"} for word in held)


def headers(tag: str, *, packed: bool) -> list[tuple[str, str]]:
    """Return what describes a kept page's bytes to browser and caches."""
    found = [
        ("ETag", tag),
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept-Encoding, Cookie"),
    ]
    return [*found, ("Content-Encoding", "gzip")] if packed else found


def pack(page: bytes) -> bytes:
    """Return the page gzipped, the same bytes every time."""
    return gzip.compress(page, mtime=0)
