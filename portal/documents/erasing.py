"""Erase documents by law: their pictures and sealed originals go, the hashes that a log commits to stay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from portal.documents import originals, store, sweeping
from portal.documents.models import Document, Page


def erase(documents: Collection[UUID], *, at: datetime) -> None:
    """Erase documents that nobody shows any more, in the caller's transaction; their files go after COMMIT.

    What a crash leaves of them is swept (`sweeping.sweep`), for nothing refers to it.
    """
    Document.objects.filter(pk__in=documents, erased_at__isnull=True).update(erased_at=at)
    transaction.on_commit(partial(destroy_files, list(documents)))


def destroy_files(documents: Collection[UUID]) -> None:
    """Remove the files of erased documents, but for pictures that other documents show as well."""
    pages = Page.objects.filter(document__in=documents, document__erased_at__isnull=False)
    hashes = pages.values_list("full_sha256", "preview_sha256", "thumb_sha256")
    store.discard({bytes(digest) for page in hashes for digest in page}, sweeping.known_pictures)
    gone = Document.objects.filter(pk__in=documents, erased_at__isnull=False)
    for document_id in gone.values_list("pk", flat=True):
        originals.remove(document_id)
