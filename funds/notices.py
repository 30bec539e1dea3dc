"""Notices of a board, where the kind `notices` is there: by title, day and link only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.places.models import Region
from portal.releases import registry

_MOST = 10


@dataclass(frozen=True, kw_only=True)
class NoticeLine:
    """One notice as another section lists it."""

    title: str
    on: date
    href: str


def notices_of(region: Region, board: str) -> list[NoticeLine]:
    """Return the newest notices of a board in a place; one query, none while the kind is not there."""
    kind = registry.get("notices")
    if kind is None:
        return []
    rows = (
        kind.model._default_manager.listed()
        .filter(region=region, release__item__section=board)
        .select_related("release")
        .order_by("-release__published_on", "release_id", "position")
    )
    return [
        NoticeLine(
            title=kind.heading(row) if kind.heading else str(row),
            on=getattr(row, kind.event_on, None) or row.release.published_on,
            href=row.get_absolute_url(),
        )
        for row in rows[:_MOST]
    ]
