"""Until which day the names of a release are public (pure but for reading what it corrects)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from portal.catalogue.models import NamesPolicy
from portal.releases.models import Release
from portal.releases.registry import kind


def months_later(day: date, months: int) -> date:
    """Return the same day so many calendar months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def names_until(release: Release) -> date | None:
    """Return the first day on which the names of a release that is published are no longer public.

    Stored at publication: another policy of the item prolongs nothing later. A correction ends with what
    it corrects. None: the item sets no months, or the release shows no names.
    """
    if release.names == NamesPolicy.HIDDEN or not kind(release.kind).persons:
        return None
    own, first = None, None
    if release.item.names_months is not None and release.published_on is not None:
        own = months_later(release.published_on, release.item.names_months)
    if release.corrects is not None:
        first = release.corrects.names_until
    return min((day for day in (own, first) if day is not None), default=None)
