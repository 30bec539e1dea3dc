"""The findings app; learns the rules and takes part in submission at start-up."""

from __future__ import annotations

from django.apps import AppConfig

from portal.releases import hooks


class FindingsConfig(AppConfig):
    """Rules of suspicion and what they found."""

    name = "portal.findings"
    verbose_name = "疑点与提醒"

    def ready(self) -> None:
        """Learn the rules of every app; hold back drafts with unanswered warnings; show them first."""
        from portal.findings import actions, lost_files, panels, rules  # models are loaded by now
        from portal.releases.registry import kinds

        rules.autodiscover()
        for disclosure in kinds():
            if disclosure.files:
                rules.register(lost_files.rule_of(disclosure))
        hooks.submission_checks.append(actions.unanswered)
        hooks.review_panels.append(panels.DOUBTFUL_ROWS)
