"""Parts that higher rooms and apps add to public pages; filled at start-up."""

from __future__ import annotations

from dataclasses import dataclass

from portal.places.models import Level

INDEX = "index"
ROW = "row"


@dataclass(frozen=True, kw_only=True)
class Panel:
    """An include on the pages of places of some levels, or on the row pages of one kind.

    `section` is `index` for a place's first page, the address part of a section, or `row`. The
    template gets `region`, on row pages `row` too, and asks nothing of the database.
    """

    template: str
    section: str = INDEX
    levels: frozenset[str] = frozenset({Level.VILLAGE})
    kind: str = ""


panels: list[Panel] = []


def of_place(section: str, level: str) -> list[str]:
    """Return the includes for a place's first page or one of its sections, in the order added."""
    return [panel.template for panel in panels if panel.section == section and level in panel.levels]


def of_row(kind: str) -> list[str]:
    """Return the includes for the row pages of a kind, in the order added."""
    return [panel.template for panel in panels if panel.section == ROW and panel.kind == kind]
