"""Notices as other pages list them: by title, day and link only."""

from __future__ import annotations

from funds.models import Notice
from portal.places.models import Region

_MOST = 10


def notices_of(region: Region, board: str) -> list[Notice]:
    """Return the newest notices of a board in a place; one query."""
    rows = Notice.objects.listed().filter(region=region, release__item__section=board)
    newest = rows.select_related("release").order_by("-release__published_on", "release_id", "position")
    return list(newest[:_MOST])
