"""The room of proofs."""

from __future__ import annotations

from django.apps import AppConfig


class ProofsConfig(AppConfig):
    """What outsiders check the log by."""

    name = "portal.proofs"
    verbose_name = "核对"

    def ready(self) -> None:
        """Make pages again when a checkpoint covers them, and when a verification changed its mind."""
        from portal.log.hooks import after_checkpoint
        from portal.pages.panels import INDEX, ROW, Panel
        from portal.pages.panels import panels as shown
        from portal.places.models import Level
        from portal.proofs import panels, renewal
        from portal.releases import hooks

        after_checkpoint.append(renewal.after_checkpoint)
        hooks.after_verification.append(renewal.after_verification)
        shown.append(Panel(template="portal/proofs/row_panel.html", section=ROW, gather=panels.of_row))
        # Wider places show too many releases to prove each for one page.
        narrow = frozenset({Level.VILLAGE, Level.TOWNSHIP})
        place = "portal/proofs/place_panel.html"
        shown.append(Panel(template=place, section=INDEX, levels=narrow, gather=panels.of_place))
