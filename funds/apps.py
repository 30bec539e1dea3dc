"""The funds app: programmes, standards and payments to households."""

from __future__ import annotations

from django.apps import AppConfig


class FundsConfig(AppConfig):
    """The funds app: programmes, standards and payments to households."""

    name = "funds"
    verbose_name = "到户资金"

    def ready(self) -> None:
        """Put the payee's own door on a village's subsidies, and the way to it on the rows."""
        from portal.pages.panels import ROW, Panel, panels

        panels.append(Panel(template="funds/find_own_panel.html", section="subsidies"))
        for kind, name in (("payments", "payment"), ("programmes", "programme"), ("standards", "standard")):
            panels.append(Panel(template=f"funds/{name}_panel.html", section=ROW, kind=kind))
