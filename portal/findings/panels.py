"""The panel of a review screen that puts doubtful rows first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.findings.models import Warning  # noqa: A004 # the field's own word
from portal.findings.rules import Rule, Severity, rules_for
from portal.releases.hooks import ReviewPanel
from portal.releases.models import Release

# Of one rule on the release page; the rest stands on a page of its own.
SHOWN = 10


@dataclass
class Group:
    """What one rule found: the answered after the open ones."""

    code: str
    rule: Rule | None
    warnings: list[Warning] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What the rule asks about."""
        return self.rule.title if self.rule else self.code

    @property
    def severity(self) -> str:
        """How much it deserves a look, in one word."""
        return Severity(self.rule.severity).label if self.rule else ""

    @property
    def unanswered(self) -> list[Warning]:
        """Those that still block submission."""
        return [warning for warning in self.warnings if not warning.answer]

    @property
    def shown(self) -> list[Warning]:
        """The first of them."""
        return self.warnings[:SHOWN]

    @property
    def hidden(self) -> int:
        """How many stand on the page of the rule only."""
        return max(len(self.warnings) - SHOWN, 0)


def groups_of(release: Release) -> list[Group]:
    """Return a release's warnings by rule, most severe first; of a rule the open ones first."""
    found: dict[str, Group] = {rule.code: Group(rule.code, rule) for rule in rules_for(release.kind)}
    for warning in Warning.objects.filter(release=release).select_related("answered_by"):
        found.setdefault(warning.rule_code, Group(warning.rule_code, None)).warnings.append(warning)
    for group in found.values():
        group.warnings.sort(key=lambda warning: bool(warning.answer))
    return [group for group in found.values() if group.warnings]


def _doubtful(release: Release) -> dict[str, Any]:
    groups = groups_of(release)
    warnings = [warning for group in groups for warning in group.warnings]
    concerned = {row for warning in warnings for row in warning.rows}
    return {
        "release": release,
        "groups": groups,
        "warnings": warnings,
        "open": [warning for warning in warnings if not warning.answer],
        "doubtful": len(concerned),
        "undoubted": max(release.row_count - len(concerned), 0),
    }


DOUBTFUL_ROWS = ReviewPanel("有疑点的先看", "portal/findings/doubtful_rows.html", _doubtful)
