"""The room of effects that wait for their turn."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    """Effects written with their cause, and their dispatcher."""

    name = "portal.outbox"
    label = "outbox"
    verbose_name = "待办的事"

    def ready(self) -> None:
        """Let every app register its handlers and letters (`effects.py`), and monitors read how it is."""
        from portal.outbox import condition, mail  # noqa: F401  # importing registers the handler

        condition.register_gauges()
        autodiscover_modules("effects")
