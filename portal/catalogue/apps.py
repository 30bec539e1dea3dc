"""The catalogue app."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Items of the disclosure catalogue."""

    name = "portal.catalogue"
    verbose_name = "公开目录"
