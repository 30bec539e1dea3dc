"""The application of reports and tickets."""

from __future__ import annotations

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """Reports, tickets, the inspectors' desk."""

    name = "complaints"
    verbose_name = "投诉举报"

    def ready(self) -> None:
        """Make known to the rooms below what this one adds to them."""
        from complaints import condition, numbers
        from complaints.results import checking, panels
        from complaints.tickets import destroying
        from complaints.tickets import reminders as _letters  # noqa: F401  # importing registers the letters' makers
        from portal.backups import hooks as backups
        from portal.demo import hooks as demo
        from portal.releases import hooks as releases

        numbers.register()
        condition.register()
        panels.register()
        demo.register("complaints.demo")
        releases.verification_checks.append(checking.check)
        backups.after_restore.append(lambda at: destroying.destroy_due(now=at))
