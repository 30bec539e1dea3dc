"""The frame app: checks on configuration, the migration that names the application's role."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The frame app: checks on configuration, the migration that names the application's role."""

    name = "portal"
    verbose_name = "“码”上监督"

    def ready(self) -> None:
        """Register the system checks."""
        from portal import checks  # noqa: F401  # importing registers them
