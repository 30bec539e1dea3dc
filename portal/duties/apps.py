"""The duties app: what is owed, and what did not come."""

from __future__ import annotations

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """The duties app: what is owed, and what did not come."""

    name = "portal.duties"
    verbose_name = "公开责任"

    def ready(self) -> None:
        """Take note of whatever is published or withdrawn, in its own transaction."""
        from portal.duties import condition
        from portal.duties.meeting import note
        from portal.releases import hooks

        hooks.in_publication.append(note)
        condition.register()
