"""The room of public pages."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Public pages as bytes."""

    name = "portal.pages"
    verbose_name = "公开页面"

    def ready(self) -> None:
        """Drop the pages of every place that a publication touches, before it is acknowledged."""
        from portal.pages import documents, store
        from portal.pages.panels import ROW, Panel, panels
        from portal.releases import hooks

        hooks.after_commit.append(lambda _release, codes: store.drop(codes))
        panels.append(
            Panel(
                template="portal/pages/documents_panel.html",
                section=ROW,
                gather=documents.of_row,
                wide=True,
            )
        )
