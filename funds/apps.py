"""The funds app: programmes, standards and payments to households."""

from __future__ import annotations

from django.apps import AppConfig


class FundsConfig(AppConfig):
    """The funds app: programmes, standards and payments to households."""

    name = "funds"
    verbose_name = "到户资金"

    def ready(self) -> None:
        """Add the payee's own door to pages and rows; say what a programme's printed code shows."""
        from funds.noticeboard import pages as noticeboard
        from funds.queries import programmes_of
        from funds.views import programme_page
        from portal.codes.targets import register_programme_list, register_programme_page
        from portal.pages.panels import ROW, Panel, panels
        from portal.pages.sections import register_maker

        register_maker("notices", noticeboard.make)
        register_programme_page(programme_page)
        register_programme_list(programmes_of)

        panels.append(Panel(template="funds/find_own_link.html"))
        panels.append(Panel(template="funds/find_own_panel.html", section="subsidies"))
        for kind, name in (("payments", "payment"), ("programmes", "programme"), ("standards", "standard")):
            panels.append(Panel(template=f"funds/{name}_panel.html", section=ROW, kind=kind))
