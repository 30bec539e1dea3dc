"""The panel of a review screen that puts doubtful rows first."""

from __future__ import annotations

from typing import Any

from portal.findings.models import Warning  # noqa: A004 # the field's own word
from portal.releases.hooks import ReviewPanel
from portal.releases.models import Release


def _doubtful(release: Release) -> dict[str, Any]:
    warnings = list(Warning.objects.filter(release=release).select_related("answered_by"))
    concerned = {row for warning in warnings for row in warning.rows}
    return {
        "warnings": warnings,
        "open": [warning for warning in warnings if not warning.answer],
        "doubtful": len(concerned),
        "undoubted": max(release.row_count - len(concerned), 0),
    }


DOUBTFUL_ROWS = ReviewPanel("有疑点的先看", "portal/findings/doubtful_rows.html", _doubtful)
