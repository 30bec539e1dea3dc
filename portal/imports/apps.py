"""The imports app: from a clerk's workbook to a draft release."""

from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """The imports app: from a clerk's workbook to a draft release."""

    name = "portal.imports"
    verbose_name = "报送导入"

    def ready(self) -> None:
        """Say which files and documents wait beside a table, so that no sweep takes them."""
        from portal.documents import hooks
        from portal.imports import actions  # models are loaded by now

        hooks.held.append(actions.held_files)
        hooks.referenced.append(actions.taken_in)
