"""What rows and places show of reports: published results and nothing else."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from complaints.results import ledgerwords, publicledger, publicresults
from portal.pages.panels import INDEX, OVERVIEW, ROW, Panel, panels
from portal.places.models import Level, Region
from portal.releases import registry
from portal.releases.succession import before


def register() -> None:
    """Show them on the pages of rows and places, and who leads a county what the ledger tells.

    Called once at start-up.
    """
    narrow = frozenset({Level.VILLAGE, Level.TOWNSHIP})
    wide = frozenset({Level.COUNTY, Level.CITY})
    panels.append(Panel(template="complaints/row_panel.html", section=ROW, gather=of_row))
    panels.append(
        Panel(template="complaints/place_panel.html", section=INDEX, levels=narrow, gather=of_place)
    )
    panels.append(
        Panel(template="complaints/overview_panel.html", section=OVERVIEW, levels=wide, gather=of_overview)
    )


def of_row(region: Region, row: Any) -> dict[str, Any]:  # Any: the row of any kind
    """Gather the results about any version of a row, and of those whose place it took; two queries."""
    rows = registry.kind(row.release.kind).model._default_manager
    firsts = rows.filter(pk__in=[row.pk, *before(row)]).values("first_id")
    found = publicresults.public().filter(row_id__in=rows.filter(first_id__in=firsts).values("pk"))
    return {"results": list(found.order_by("-published_on", "id")[: publicresults.PAGE])}


def of_place(region: Region, row: Any) -> dict[str, Any]:
    """Gather how many results a place has; one query."""
    return {"count": publicresults.within(region).count(), "path": publicresults.PATH}


def of_overview(region: Region, row: Any) -> dict[str, Any]:
    """Gather what the public ledger tells of a county's reports, no more; two queries."""
    offices = publicledger.offices_of(region)
    told = publicledger.figures_of(offices, year=None, today=timezone.localdate())
    shown = {"收到", "办完", "超期没答复"}
    lines = [line for line in ledgerwords.lines_of(told) if line.title in shown] if offices else []
    return {"lines": lines, "path": publicresults.PATH}
