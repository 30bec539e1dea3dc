"""The places app."""

from __future__ import annotations

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Regions and responsible bodies."""

    name = "portal.places"
    verbose_name = "行政区划与责任主体"
