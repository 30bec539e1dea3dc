"""The documents app: scans and photographs, cleaned and stored by content."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The documents app: scans and photographs, cleaned and stored by content."""

    name = "portal.documents"
    verbose_name = "佐证材料"
