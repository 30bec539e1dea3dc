"""What rows and places show of reports: published results and nothing else."""

from __future__ import annotations

from typing import Any

from complaints.results import publicresults
from portal.pages.panels import INDEX, ROW, Panel, panels
from portal.places.models import Level, Region
from portal.releases import registry


def register() -> None:
    """Show them on the pages of rows, villages and townships; called once at start-up."""
    narrow = frozenset({Level.VILLAGE, Level.TOWNSHIP})
    panels.append(Panel(template="complaints/row_panel.html", section=ROW, gather=of_row))
    panels.append(
        Panel(template="complaints/place_panel.html", section=INDEX, levels=narrow, gather=of_place)
    )


def of_row(region: Region, row: Any) -> dict[str, Any]:  # Any: the row of any kind
    """Gather the results about any version of a row; one query."""
    versions = registry.kind(row.release.kind).model._default_manager.filter(first_id=row.first_id)
    found = publicresults.public().filter(row_id__in=versions.values("pk"))
    return {"results": list(found.order_by("-published_on", "id")[: publicresults.PAGE])}


def of_place(region: Region, row: Any) -> dict[str, Any]:
    """Gather how many results a place has; one query."""
    return {"count": publicresults.within(region).count(), "path": publicresults.PATH}
