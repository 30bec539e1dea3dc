"""Removes what nobody needs any more: documents without a row, and the files that a crash left behind."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.db.utils import IntegrityError

from portal.documents import hooks, incoming, originals, store
from portal.documents.models import UNFINISHED, Document, Page

UNUSED_FOR = timedelta(days=7)
_STRAY_AFTER = timedelta(hours=6)
_BATCH = 500


def sweep(now: datetime) -> int:
    """Delete documents that nothing has referred to for seven days, and stray files; return how many in all.

    Harmless at any time, twice, or at once with others.
    """
    done = _unused(now - UNUSED_FOR)
    before = now - _STRAY_AFTER
    waiting = Document.objects.filter(state__in=UNFINISHED).values_list("sealed_name", flat=True)
    done += incoming.sweep({*waiting, *hooks.held_files()}, before=before)
    done += store.sweep(known_pictures, before=before)
    kept = Document.objects.filter(erased_at__isnull=True)
    return done + originals.sweep(set(kept.values_list("pk", flat=True)), before=before)


def _unused(before: datetime) -> int:
    """Delete old documents that nothing refers to; the latest first: a redaction before what it redacts."""
    done = 0
    old = Document.objects.filter(queued_at__lt=before).order_by("-pk").values_list("pk", flat=True)
    ids = list(old)
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        needed = hooks.needed_documents(some)
        done += sum(_delete(one, before) for one in some if one not in needed)
    return done


def _delete(document_id: UUID, before: datetime) -> bool:
    """Delete one document, unless somebody has come to need it meanwhile."""
    try:
        with transaction.atomic():
            found = Document.objects.select_for_update(skip_locked=True, of=("self",))
            document = found.filter(pk=document_id, queued_at__lt=before).first()
            if document is None or hooks.needed_documents([document_id]):
                return False
            document.delete()
    except (ProtectedError, IntegrityError):  # a row or a redaction refers to it
        return False
    incoming.destroy(document.sealed_name)
    originals.remove(document_id)
    return True


def known_pictures(hashes: Collection[bytes]) -> set[bytes]:
    """Return which of some hashes a page shows; an erased document shows nothing."""
    some = list(hashes)
    pages = Page.objects.filter(
        Q(full_sha256__in=some) | Q(preview_sha256__in=some) | Q(thumb_sha256__in=some),
        document__erased_at__isnull=True,
    ).values_list("full_sha256", "preview_sha256", "thumb_sha256")
    return {bytes(digest) for page in pages.iterator() for digest in page}
