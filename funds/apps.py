"""The funds app: programmes, standards and payments to households."""

from __future__ import annotations

from django.apps import AppConfig


class FundsConfig(AppConfig):
    """The funds app: programmes, standards and payments to households."""

    name = "funds"
    verbose_name = "到户资金"

    def ready(self) -> None:
        """Add the payee's own door to pages and rows; say what a programme's printed code shows."""
        from funds import boards, business_pages, enterprise_rows, policies, reception_pages, reception_rows
        from funds.noticeboard import pages as noticeboard
        from funds.projects import lists, page
        from funds.queries import programmes_of
        from funds.views import programme_page
        from portal.codes.targets import register_programme_list, register_programme_page
        from portal.pages.panels import ROW, Panel, panels
        from portal.pages.sections import register_maker
        from portal.places.models import Level

        register_maker("notices", noticeboard.make)
        register_programme_page(programme_page)
        register_programme_list(programmes_of)

        panels.append(Panel(template="funds/find_own_link.html"))
        panels.append(Panel(template="funds/find_own_panel.html", section="subsidies"))
        for kind, name, told in (
            ("payments", "payment", policies.of_payment),
            ("programmes", "programme", policies.of_master),
            ("standards", "standard", policies.of_master),
            ("notices", "notice_policy", policies.naming),
        ):
            panels.append(Panel(template=f"funds/{name}_panel.html", section=ROW, kind=kind, gather=told))

        register_maker(reception_pages.SLUG, reception_pages.make)
        register_maker(business_pages.SLUG, business_pages.make)
        panels.append(
            Panel(template="funds/reception_money_panel.html", section=ROW, kind="receptions", wide=True)
        )
        for template, kind, gather, first in (
            ("reception_first_panel", "receptions", reception_rows.judged, True),
            ("reception_ledger_panel", "receptions", reception_rows.ledger_lines, False),
            ("ledger_reception_panel", "ledger", reception_rows.receptions_of_line, False),
            ("enterprise_fee_panel", "enterprise_fees", enterprise_rows.of_fee, True),
            ("enterprise_fund_panel", "enterprise_funds", enterprise_rows.of_fund, False),
        ):
            panels.append(
                Panel(template=f"funds/{template}.html", section=ROW, kind=kind, gather=gather, first=first)
            )
        for slug, gather_board in (("business", boards.business), ("revitalization", boards.revitalization)):
            panels.append(
                Panel(
                    template=f"funds/{slug}_panel.html",
                    section=slug,
                    levels=frozenset(Level.values),
                    gather=gather_board,
                )
            )
        register_maker("projects", lists.livelihood)
        register_maker("revitalization", lists.revitalization)
        for kind, name, gather in (
            ("projects", "project_panel", page.gather),
            ("projects", "project_card", page.card),
            ("disbursements", "disbursement_panel", page.of_payment),
            ("ledger", "ledger_project_panel", page.of_entry),
            ("assets", "asset_project_panel", page.of_asset),
        ):
            wide = name == "project_panel"
            panels.append(
                Panel(template=f"funds/{name}.html", section=ROW, kind=kind, gather=gather, wide=wide)
            )
