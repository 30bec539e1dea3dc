"""Files put through the real child."""

from __future__ import annotations

import io

from PIL import Image

from portal.documents.limited import Cleaned
from portal.documents.making import cleaned, in_memory
from portal.documents.words import Refusal


def clean(data: bytes) -> Cleaned:
    """Return what a file becomes; fail where it is refused."""
    made = _cleaned(data)
    assert isinstance(made, Cleaned), made
    return made


def refused(data: bytes) -> str:
    """Return the sentence that refuses a file; fail where it is taken."""
    made = _cleaned(data)
    assert isinstance(made, Refusal)
    return made.sentence


def shown(data: bytes) -> Image.Image:
    """Return the full picture of a file's first page."""
    return Image.open(io.BytesIO(clean(data).pages[0].full.data)).convert("RGB")


def every_byte(made: Cleaned) -> bytes:
    """Return all that would be stored to be served."""
    return b"".join(one.data for page in made.pages for one in (page.full, page.preview, page.thumb))


def _cleaned(data: bytes) -> Cleaned | Refusal:
    with in_memory([data]) as file:
        return cleaned(file)
