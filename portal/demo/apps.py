"""The demo app: an invented county in real places."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo app: an invented county in real places."""

    name = "portal.demo"
    verbose_name = "演示"
