"""The search app: one box for places and programmes."""

from __future__ import annotations

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The search app: one box for places and programmes."""

    name = "portal.search"
    verbose_name = "查找"
