"""Parts that higher rooms and apps add to public pages; filled at start-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.places.models import Level, Region

INDEX = "index"
ROW = "row"
# The page for who leads a county.
OVERVIEW = "overview"
# What a panel is about: the place, and on row pages the row.
Gather = Callable[[Region, Any], dict[str, Any]]


def _nothing(region: Region, row: Any) -> dict[str, Any]:  # Any: the row of any kind
    """Gather nothing."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Panel:
    """An include on the pages of places of some levels, or on row pages (of one kind, or of all).

    `section` is `index` for a place's first page, the address part of a section, `row`, or `overview`. The
    template gets `region`, on row pages `row`, and as `told` what `gather` found in a bounded number of
    queries. A `wide` panel stands with what a row says, a `first` one before it (the verdict), others
    beside it.
    """

    template: str
    section: str = INDEX
    levels: frozenset[str] = frozenset({Level.VILLAGE})
    kind: str = ""
    gather: Gather = _nothing
    wide: bool = False
    first: bool = False


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A panel on one page, with what it tells there."""

    template: str
    told: dict[str, Any]
    wide: bool
    first: bool = False


panels: list[Panel] = []


def of_place(section: str, region: Region) -> list[Shown]:
    """Return the panels of a place's first page or of one of its sections, in the order added."""
    here = (panel for panel in panels if panel.section == section and region.level in panel.levels)
    return [_shown(panel, region, None) for panel in here]


def of_row(kind: str, row: Any) -> list[Shown]:  # Any: the row of any kind
    """Return the panels of a row's page, in the order added."""
    here = (panel for panel in panels if panel.section == ROW and panel.kind in {"", kind})
    return [_shown(panel, row.region, row) for panel in here]


def _shown(panel: Panel, region: Region, row: Any) -> Shown:  # Any: the row of any kind
    return Shown(template=panel.template, told=panel.gather(region, row), wide=panel.wide, first=panel.first)
