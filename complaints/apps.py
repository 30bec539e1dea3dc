"""The application of reports and tickets."""

from __future__ import annotations

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """Reports, tickets, the inspectors' desk."""

    name = "complaints"
    verbose_name = "投诉举报"

    def ready(self) -> None:
        """Register the letters to officers and the numbers for the monitor."""
        from complaints import condition, numbers
        from complaints import reminders as _letters  # noqa: F401  # importing registers the letters' makers
        from portal.demo import hooks

        numbers.register()
        condition.register()
        hooks.register("complaints.demo")
