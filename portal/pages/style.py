"""The one stylesheet: packed once at start, inlined or linked by the hash of its bytes."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

from django.conf import settings

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# A line that ends so may be joined to the next one without a change of meaning.
_JOINS = ("{", "}", ";", ",")


def packed(css: str) -> str:
    """Return a stylesheet without comments, indents and idle line ends; strings stay as they are."""
    lines = (line.strip() for line in _COMMENT.sub("", css).split("\n"))
    return "".join(line if line.endswith(_JOINS) else f"{line}\n" for line in lines if line)


@cache
def text() -> str:
    """Return the packed stylesheet: exactly what stands between the style tags."""
    source = settings.BASE_DIR / "static" / "css" / "site.css"
    return packed(source.read_text(encoding="utf-8"))


@cache
def source_hash() -> str:
    """Return the policy's word for the inlined stylesheet: 'sha256-…'."""
    return source_hash_of(text())


def source_hash_of(css: str) -> str:
    """Return the policy's word for inlined bytes; they must be those between the tags."""
    digest = hashlib.sha256(css.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def name() -> str:
    """Return the 16 hex digits that name this edition of the stylesheet."""
    return hashlib.sha256(text().encode()).hexdigest()[:16]


def path() -> str:
    """Return the address of the stylesheet; its bytes never change under that name."""
    return f"/style/{name()}.css"
