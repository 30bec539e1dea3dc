"""The releases app; fills the registry of kinds at start-up."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ReleasesConfig(AppConfig):
    """Releases and the registry of kinds."""

    name = "portal.releases"
    verbose_name = "公开批次"

    def ready(self) -> None:
        """Let every app declare its kinds (`disclosures.py`); say which documents rows still need."""
        from portal.documents.hooks import referenced
        from portal.releases.models.attachment import attached

        referenced.append(attached)
        autodiscover_modules("disclosures")
