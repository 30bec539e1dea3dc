"""From a file in memory to stored pictures: the child, then the store; no line of the database is touched."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

from portal.documents import limited, originals, store
from portal.documents.cleaning.causes import Cause
from portal.documents.limited import Caused, Cleaned, CleanPage
from portal.documents.memory import InMemory
from portal.documents.models import Page
from portal.documents.words import Refusal, sentence

Made = tuple[str, list[Page]]


def in_memory(chunks: Iterable[bytes]) -> InMemory:
    """Return a file in memory, ready to be cleaned; raise TooBigError where it exceeds the settings."""
    return InMemory(chunks, most=settings.DOCUMENTS_MOST_BYTES, pages=settings.DOCUMENTS_MOST_PAGES)


def too_big() -> Refusal:
    """Return the refusal of a file that exceeds the settings."""
    return Refusal(sentence(Cause.TOO_BIG, {"most": settings.DOCUMENTS_MOST_BYTES >> 20}))


def make(file: InMemory, document_id: UUID) -> Made | Refusal:
    """Clean a file, store its pictures, seal its original; return its media type and its unsaved pages.

    A refused file leaves nothing behind. Pictures that are never referred to are swept.
    """
    made = cleaned(file)
    if isinstance(made, Refusal):
        return made
    pages = [stored(page, document_id, number) for number, page in enumerate(made.pages, 1)]
    originals.put(document_id, file.chunks())
    return made.media_type, pages


def cleaned(file: InMemory) -> Cleaned | Refusal:
    """Run the child; a refusal has its words."""
    made = limited.clean(file)
    return Refusal(sentence(made.cause, made.numbers)) if isinstance(made, Caused) else made


def stored(page: CleanPage, document_id: UUID, number: int) -> Page:
    """Store the three pictures of a page; return the page, unsaved."""
    return Page(
        document_id=document_id,
        number=number,
        full_sha256=store.put(page.full.data),
        full_size=len(page.full.data),
        width=page.full.width,
        height=page.full.height,
        preview_sha256=store.put(page.preview.data),
        preview_width=page.preview.width,
        preview_height=page.preview.height,
        thumb_sha256=store.put(page.thumb.data),
        thumb_width=page.thumb.width,
        thumb_height=page.thumb.height,
    )


def copied(page: Page, document_id: UUID) -> Page:
    """Return the same page for another document, unsaved."""
    told = {field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields}
    return Page(**{**told, "id": None, "document_id": document_id})
