"""What rows and places show of reports: published results and nothing else."""

from __future__ import annotations

from typing import Any

from complaints import publicresults
from portal.places.models import Region
from portal.releases import registry


def of_row(region: Region, row: Any) -> dict[str, Any]:  # Any: the row of any kind
    """Gather the results about any version of a row; one query."""
    versions = registry.kind(row.release.kind).model._default_manager.filter(first_id=row.first_id)
    found = publicresults.public().filter(row_id__in=versions.values("pk"))
    return {"results": list(found.order_by("-published_on", "id")[: publicresults.PAGE])}


def of_place(region: Region, row: Any) -> dict[str, Any]:
    """Gather how many results a place has; one query."""
    return {"count": publicresults.within(region).count(), "path": publicresults.PATH}
