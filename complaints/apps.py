"""The application of reports and tickets."""

from __future__ import annotations

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """Reports, tickets, the inspectors' desk."""

    name = "complaints"
    verbose_name = "投诉举报"

    def ready(self) -> None:
        """Show published results with the rows and places they concern; let verification compare them."""
        from complaints import checking, panels
        from portal.pages.panels import INDEX, ROW, Panel
        from portal.pages.panels import panels as shown
        from portal.places.models import Level
        from portal.releases import hooks

        hooks.verification_checks.append(checking.check)
        shown.append(Panel(template="complaints/row_panel.html", section=ROW, gather=panels.of_row))
        narrow = frozenset({Level.VILLAGE, Level.TOWNSHIP})
        place = "complaints/place_panel.html"
        shown.append(Panel(template=place, section=INDEX, levels=narrow, gather=panels.of_place))
