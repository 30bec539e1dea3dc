"""The funds app: programmes, standards and payments to households."""

from __future__ import annotations

from django.apps import AppConfig


class FundsConfig(AppConfig):
    """The funds app: programmes, standards and payments to households."""

    name = "funds"
    verbose_name = "到户资金"

    def ready(self) -> None:
        """Put the payee's own door on the page of a village's subsidies."""
        from portal.pages.panels import Panel, panels

        panels.append(Panel(template="funds/find_own_panel.html", section="subsidies"))
