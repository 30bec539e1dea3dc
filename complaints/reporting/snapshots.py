"""The row a report is about, as it was shown: sealed with it, so that no correction takes its ground away.

The reference names one version of a row. What the officers get holds its public values, its opening and
proof, and the pictures of its documents, even if the row was corrected or withdrawn in the meantime.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings

from complaints.sealing.pieces import File
from portal.catalogue.models import NamesPolicy
from portal.documents import store
from portal.documents.models import DocumentState
from portal.pages import lines, words
from portal.pages.rowpage import title_of
from portal.places.models import Region
from portal.proofs.openings import public_row, told
from portal.releases import registry
from portal.releases.models import Attachment, State
from portal.releases.proving import UnprovenError, prove
from portal.releases.registry import Disclosure

PICTURE = "公开图片"


@dataclass(frozen=True, kw_only=True, repr=False)
class Ground:
    """One version of a row that is or was public."""

    kind: Disclosure
    row: Any  # a row of any kind

    @property
    def reference(self) -> str:
        """What names it in a form."""
        return f"{self.kind.code}/{self.row.pk}"

    @property
    def region(self) -> Region:
        """The place it stands in."""
        found: Region = self.row.region
        return found

    @property
    def about(self) -> str:
        """Whom it concerns: the level of the body that answers for it."""
        return str(self.row.release.body.region.level)

    @property
    def title(self) -> str:
        """Its everyday name."""
        return title_of(self.kind, self.row)

    @cached_property
    def is_public(self) -> bool:
        """Whether its values may be seen by anybody today."""
        return public_row(self.kind, self.row.pk) is not None

    @property
    def amount(self) -> str:
        """Its amount with two decimals; empty where it has none."""
        amount = getattr(self.row, self.kind.amount) if self.kind.amount else None
        return "" if amount is None else words.yuan(amount)


@dataclass(frozen=True, kw_only=True, repr=False)
class Snapshot:
    """What is sealed of a row: what it said and the proof of it, and its documents' pictures."""

    told: dict[str, Any]
    pictures: tuple[File, ...] = ()


def find(reference: str) -> Ground | None:
    """Return the row of a reference `KIND/UUID`; None for anything that was never public."""
    code, _, written = reference.partition("/")
    kind = registry.get(code)
    try:
        pk = UUID(written)
    except ValueError:
        return None
    if kind is None:
        return None
    rows = kind.model._default_manager.select_related(
        "release__item", "release__body__region", "region__parent__parent__parent"
    )
    row = rows.filter(pk=pk, release__state__in=[State.PUBLISHED, State.WITHDRAWN]).first()
    return Ground(kind=kind, row=row) if row else None


def take(ground: Ground) -> Snapshot:
    """Return what is sealed of a row; where only sums may be known, no more than which row it was."""
    row, release = ground.row, ground.row.release
    told_: dict[str, Any] = {
        "row": ground.reference,
        "version": row.version,
        "kind": ground.kind.title,
        "place": ground.region.full_name,
        "region": ground.region.code,
        "body": release.body.name,
        "period": words.period(release.start_on, release.end_on),
        "release": str(release.pk),
        "published_on": release.published_on.isoformat() if release.published_on else "",
        "is_public": ground.is_public,
    }
    if release.names == NamesPolicy.HIDDEN:
        return Snapshot(told=told_)
    shown = [(value.label, value.text) for value in lines.values(ground.kind, row)]
    documents, pictures = _documents(row.pk)
    told_ |= {
        "title": ground.title,
        "amount": ground.amount,
        "values": shown,
        "opening": _opening(ground),
        "documents": documents,
    }
    return Snapshot(told=told_, pictures=tuple(pictures))


def _opening(ground: Ground) -> dict[str, Any] | None:
    """Return values, salts, path, entry and proof; None where the log does not bear the row out.

    No report is refused for its row's sake: what is damaged is for the verification to find.
    """
    try:
        return told(ground.kind, ground.row, prove(ground.kind, ground.row))
    except (UnprovenError, ValueError, LookupError):
        return None


def _documents(row_id: UUID) -> tuple[list[dict[str, Any]], list[File]]:
    """Return each document with its pages' hashes, and the pictures as far as there is room for them."""
    found = (
        Attachment.objects.filter(row_id=row_id, document__state=DocumentState.READY)
        .shown()
        .select_related("document")
        .prefetch_related("document__pages")
        .in_order()
    )
    described: list[dict[str, Any]] = []
    pictures: list[File] = []
    left: int = settings.REPORTS_MOST_SNAPSHOT_BYTES
    for attachment in found:
        pages = []
        for page in attachment.document.pages.all():
            name = bytes(page.full_sha256).hex()
            data = store.read(name) if page.full_size <= left else None
            file = ""
            if data is not None:
                left -= len(data)
                file = f"{PICTURE}{len(pictures) + 1}"
                thumb = store.read(bytes(page.thumb_sha256).hex()) or b""
                pictures.append(File(name=file, media_type=store.MEDIA_TYPE, data=data, thumb=thumb))
            pages.append({"sha256": name, "file": file})
        described.append(
            {
                "caption": attachment.get_caption_display(),
                "leaf": bytes(attachment.leaf or b"").hex(),
                "pages": pages,
            }
        )
    return described, pictures
