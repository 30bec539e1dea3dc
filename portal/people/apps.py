"""The people app."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Users and appointments."""

    name = "portal.people"
    verbose_name = "人员与任职"
