"""Slugs: the seven characters of a short address, as made, as typed and as printed.

Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O and U, so that a slug read
from a weathered poster can be typed by hand. A slug is random and says nothing of its place: a
printed code must survive a merger of villages, and nobody can walk from one place to the next.
"""

from __future__ import annotations

import re
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 7
PATTERN = f"^[{ALPHABET}]{{{LENGTH}}}$"
_SHAPE = re.compile(PATTERN)
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
# Longer input is no misread slug; without the bound a long address would cost work.
_LONGEST_TYPED = 20


def make() -> str:
    """Return a fresh random slug in upper case (35 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_slug(text: str) -> bool:
    """Return whether this is a slug exactly as it is stored and printed."""
    return _SHAPE.fullmatch(text) is not None


def normalise(typed: str) -> str | None:
    """Return the slug somebody meant, or None when no slug can be read into it.

    Forgives lower case, full-width letters of a Chinese keyboard, spaces and hyphens, and the
    letters O, I and L in place of the digits they look like.
    """
    if len(typed) > _LONGEST_TYPED:
        return None
    slug = unicodedata.normalize("NFKC", typed).upper().translate(_LOOKALIKES)
    return slug if is_slug(slug) else None
