"""What row pages and places say of the log: sentences that follow from a proof just checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from portal.log import condition, reading
from portal.log.models import Leaf
from portal.places.models import Level, Region
from portal.releases import registry
from portal.releases.models import Erasure, Narrowing, Release, Replaced, State, Total
from portal.releases.proving import UnprovenError, are_sealed, prove
from portal.releases.registry import Disclosure


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is said of one row.

    `state`: sealed, waiting, corrected, renewed, wrong, or doubt (of the whole log).
    """

    state: str
    index: int | None = None
    since: datetime | None = None
    by_index: int | None = None
    by_row: Any = None
    kind: str = ""
    row_id: str = ""
    address: str = ""
    vkey: str = ""
    erasure: Erasure | None = None
    # The last act by which names are shown less than when they were published.
    narrowing: Narrowing | None = None


def of_row(region: Region, row: Any) -> dict[str, Any]:
    """Gather what a row's page says of its place in the log."""
    return {"standing": _standing(registry.kind(row.release.kind), row)}


def _standing(disclosure: Disclosure, row: Any) -> Standing:
    if not condition.is_trusted():
        return Standing(state="doubt")
    try:
        proof = prove(disclosure, row)
    except UnprovenError:
        return Standing(state="wrong")
    told: dict[str, Any] = {
        "index": proof.place.index,
        "since": row.release.published_at,
        "kind": disclosure.code,
        "row_id": str(row.pk),
        "address": f"{settings.SITE_URL}/log",
        "erasure": Erasure.objects.filter(rows__contains=[row.pk], decided_at__isnull=False).first()
        if row.erased
        else None,
        "narrowing": Narrowing.objects.filter(release=row.release_id).order_by("-pk").first()
        if row.release.names_published
        else None,
        "vkey": next((key.vkey for key in reversed(reading.key_history()) if key.until is None), ""),
    }
    link = Replaced.objects.select_related("release").filter(row_id=row.pk).first()
    if link is not None:
        later = Leaf.objects.filter(kind="release", release=link.release_id).values_list("idx", flat=True)
        newer = disclosure.model._default_manager.select_related("release").filter(pk=link.by_row_id).first()
        state = "renewed" if _is_renewal(disclosure, link.release) else "corrected"
        return Standing(state=state, by_index=later.first(), by_row=newer, **told)
    return Standing(state="sealed" if proof.place.is_sealed else "waiting", **told)


def _is_renewal(disclosure: Disclosure, release: Release) -> bool:
    """Say whether a replacing release only carries numbered things on: nothing public was wrong."""
    return bool(disclosure.natural_key) and not release.is_correction


def of_place(region: Region, row: Any) -> dict[str, Any]:
    """Gather whether the seal may stand on a place's page: every release shown is under the signed head."""
    totals = Total.objects.public().filter(region=region)
    shown = list(totals.values_list("release", flat=True).distinct())
    if not are_sealed(shown):
        return {"sealed": False}
    return {"sealed": True, "changed": _changed(region, shown), "size": getattr(reading.newest(), "size", 0)}


def _changed(region: Region, shown: list[Any]) -> int:
    """Return how many rows of a place were corrected or taken away since they were published."""
    kinds = Release.objects.filter(pk__in=shown, state=State.PUBLISHED, replaced__isnull=False)
    by_kind: dict[str, list[Release]] = {}
    for release in kinds.distinct():
        if not _is_renewal(registry.kind(release.kind), release):
            by_kind.setdefault(release.kind, []).append(release)
    width = {Level.TOWNSHIP: 9, Level.VILLAGE: 12}.get(Level(region.level), 12)
    return sum(
        registry.kind(code)
        .model._default_manager.filter(
            pk__in=Replaced.objects.filter(release__in=releases).values("row_id"),
            region__code__startswith=region.code[:width],
        )
        .count()
        for code, releases in by_kind.items()
    )
