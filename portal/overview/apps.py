"""The room of standings."""

from __future__ import annotations

from django.apps import AppConfig


class OverviewConfig(AppConfig):
    """Who should have published what by when, and who did."""

    name = "portal.overview"
    verbose_name = "公开得全不全"
