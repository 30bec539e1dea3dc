"""The documents of a project as tiles; one that should be there keeps its place, and is called missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from funds.models import LivelihoodProject
from portal.documents.models import DocumentState
from portal.releases.models import Attachment
from portal.releases.models.attachment import Caption
from portal.releases.succession import before


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One document: its caption, how many pages, where it is seen; no address where it is missing."""

    title: str
    pages: int = 0
    href: str = ""


def attached_to(project: LivelihoodProject) -> list[Attachment]:
    """Return the documents behind a project that can be shown, earlier steps included; two queries."""
    rows = [project.pk, *before(project)]
    found = Attachment.objects.filter(row_id__in=rows, document__state=DocumentState.READY)
    return list(found.select_related("document").in_order())


def expected(project: LivelihoodProject, *, is_small: bool) -> Iterator[Caption]:
    """Yield the documents that what is told of a project says must exist."""
    if project.winner_public and project.is_tender:
        yield Caption.AWARD
    if project.contract_amount is not None or project.signed_on:
        yield Caption.CONTRACT
    if project.accepted_on:
        yield Caption.ACCEPTANCE
    if project.final_amount is not None:
        yield Caption.FINAL
        if not is_small:
            yield Caption.AUDIT


def tiles_of(found: Sequence[Attachment], wanted: Sequence[Caption]) -> list[Tile]:
    """Return a tile for each document, those that are missing in their place among the expected ones."""
    there = {attachment.caption for attachment in found}
    tiles = [
        Tile(
            title=attachment.get_caption_display(),
            pages=attachment.document.page_count,
            href=reverse("pages:document", args=[attachment.pk, 1]),
        )
        for attachment in found
    ]
    return tiles + [Tile(title=str(caption.label)) for caption in wanted if caption not in there]


def lost_count(project: LivelihoodProject, found: Sequence[Attachment]) -> int:
    """Return how many files the table names that nobody handed in."""
    names = {attachment.name for attachment in found}
    return sum(name not in names for name in project.attachments.split(";") if name)
