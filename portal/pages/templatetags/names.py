"""Names of private persons as they are shown today."""

from __future__ import annotations

from typing import Any

from django import template

from portal.releases.models import NamesShown

register = template.Library()


@register.filter
def name_words(shown: str, row: Any) -> str:  # Any: a row of any kind, joined with its release
    """Return a name, or that its time in public is over; only for a row that has a name."""
    return shown or (NamesShown.EXPIRED.label if row.release.names == NamesShown.EXPIRED else "")
