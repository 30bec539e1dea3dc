"""The room of backups."""

from __future__ import annotations

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    """Backup and restore."""

    name = "portal.backups"
    verbose_name = "备份"

    def ready(self) -> None:
        """Write down what the law takes away; let `doctor` ask for the newest backup."""
        from portal.backups import condition, ledger
        from portal.releases import hooks

        condition.register_part()
        hooks.after_personal_act.append(ledger.note)
