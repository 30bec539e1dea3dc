"""Covers parts of a document's pages with black; the covered pixels are gone, not hidden."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from uuid_utils.compat import uuid7

from portal.documents import store
from portal.documents.limited import CleanPage
from portal.documents.making import cleaned, copied, stored
from portal.documents.memory import InMemory
from portal.documents.models import Document, DocumentState, Page
from portal.documents.words import Refusal
from portal.people.models import User

_MOST_BYTES = 96 << 20


class RedactionError(Exception):
    """Nothing was covered; the text says why and what to do."""


@dataclass(frozen=True)
class Box:
    """A part of a page to be covered: fractions of its width and height, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int] | None:
        """Return (left, top, right, bottom) on a page, right and bottom excluded; rounded outwards.

        None where the box covers nothing of the page.
        """
        sides = (self.left, self.top, self.width, self.height)
        if not all(map(math.isfinite, sides)) or self.width <= 0 or self.height <= 0:
            return None
        left, top = max(0.0, self.left), max(0.0, self.top)
        right, bottom = min(1.0, self.left + self.width), min(1.0, self.top + self.height)
        if left >= right or top >= bottom:
            return None
        return (
            math.floor(left * width),
            math.floor(top * height),
            math.ceil(right * width),
            math.ceil(bottom * height),
        )


def redact(
    document: Document, boxes: Mapping[int, Sequence[Box]], *, by: User | None, now: datetime
) -> Document:
    """Return a new ready document with the boxes (by page number) burned in; the other pages stay.

    It names the document it was made from, and keeps the hash of the original.

    Raises:
        RedactionError: the document is not ready, a box lies outside its page, or there is no such page.
    """
    if document.state != DocumentState.READY:
        raise RedactionError("这份材料还没有处理好，不能遮盖。请等它处理完再试。")
    pages = {page.number: page for page in document.pages.order_by("number")}
    wanted = {number: _areas(pages.get(number), some) for number, some in sorted(boxes.items()) if some}
    if not wanted:
        raise RedactionError("一处也没有遮盖。请先在图上框出要盖住的地方。")
    made_id = uuid7()
    fresh = dict(
        zip(wanted, _covered([pages[number] for number in wanted], list(wanted.values())), strict=True)
    )
    made = [
        stored(fresh[number], made_id, number) if number in fresh else copied(page, made_id)
        for number, page in pages.items()
    ]
    with transaction.atomic():
        redaction = Document.objects.create(
            pk=made_id,
            county=document.county,
            state=DocumentState.READY,
            original_sha256=document.original_sha256,
            media_type=document.media_type,
            size=document.size,
            page_count=len(made),
            redacts=document,
            queued_at=now,
            created_by=by,
            created_at=now,
        )
        Page.objects.bulk_create(made)
    return redaction


def _covered(pages: list[Page], areas: list[list[tuple[int, int, int, int]]]) -> list[CleanPage]:
    """Burn the areas into the full pictures, in a child, and make all three pictures anew."""
    pictures = [store.read(bytes(page.full_sha256).hex()) for page in pages]
    whole = [picture for picture in pictures if picture is not None]
    if len(whole) != len(pages):
        raise FileNotFoundError("a picture of a document is missing from the store")
    orders = [{"size": len(data), "boxes": some} for data, some in zip(whole, areas, strict=True)]
    with InMemory(whole, most=_MOST_BYTES, pages=len(pages), what="redact", redact=orders) as file:
        made = cleaned(file)
    if isinstance(made, Refusal):
        raise RedactionError(made.sentence)
    return made.pages


def _areas(page: Page | None, boxes: Sequence[Box]) -> list[tuple[int, int, int, int]]:
    """Return the pixels to cover on a page."""
    if page is None:
        raise RedactionError("没有这一页。请刷新页面再试。")
    areas = [box.pixels(page.width, page.height) for box in boxes]
    whole = [area for area in areas if area is not None]
    if len(whole) != len(areas):
        raise RedactionError("有一个框不在图上。请重新框出要盖住的地方。")
    return whole
