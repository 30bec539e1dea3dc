"""What rooms above the catalogue say of how an item is kept; filled at start-up."""

from __future__ import annotations

from collections.abc import Callable

from portal.catalogue.models import CatalogueItem

says: list[Callable[[CatalogueItem], str]] = []


def how_it_stands(item: CatalogueItem) -> str:
    """Return everything that is said of an item."""
    return "\n".join(say(item) for say in says)
