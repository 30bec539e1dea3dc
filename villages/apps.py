"""The villages app: books of villages."""

from __future__ import annotations

from django.apps import AppConfig


class VillagesConfig(AppConfig):
    """The villages app: books of villages."""

    name = "villages"
    verbose_name = "村级三资"

    def ready(self) -> None:
        """Show and print the books in the app's own way; show and ask whether balances carry over."""
        from portal.codes import papers
        from portal.pages.panels import ROW, Panel, panels
        from portal.pages.sections import register_maker
        from portal.places.models import Level
        from portal.releases import hooks
        from villages import debts, matters, openings, pages, property_pages, property_panels, sheets

        register_maker("ledger", pages.make)
        register_maker("assets", property_pages.make_assets)
        register_maker("resources", property_pages.make_resources)
        register_maker("leases", property_pages.make_leases)
        # Before the documents: the answer comes first, the evidence second.
        panels[0:0] = property_panels.PANELS
        panels.append(Panel(template="villages/newest_month_panel.html", gather=pages.newest_month))
        panels.append(Panel(template="villages/decided_panel.html", section=ROW, gather=matters.decided))
        panels.append(
            Panel(
                template="villages/decision_panel.html",
                section=ROW,
                kind="decisions",
                gather=matters.steps_of,
                wide=True,
            )
        )
        panels.append(
            Panel(
                template="villages/debts_panel.html",
                section="ledger",
                levels=frozenset(Level.values),
                gather=debts.where,
            )
        )
        panels.append(
            Panel(
                template="villages/debt_panel.html",
                section=ROW,
                kind="debts",
                gather=debts.through_time,
                wide=True,
            )
        )
        papers.register(sheets.offers)
        hooks.submission_checks.append(openings.objections)
        # First of all: where balances do not carry over, no line below explains it.
        hooks.review_panels.insert(
            0, hooks.ReviewPanel("期初和期末", "villages/carrying_panel.html", openings.panel)
        )
