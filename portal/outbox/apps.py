"""The room of effects that wait for their turn."""

from __future__ import annotations

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Effects written with their cause, and their dispatcher."""

    name = "portal.outbox"
    label = "outbox"
    verbose_name = "待办的事"

    def ready(self) -> None:
        """Register the handler of mail and what monitors may read."""
        from portal.outbox import condition, mail  # noqa: F401  # importing registers the handler

        condition.register_gauges()
