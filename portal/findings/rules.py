"""Rules of suspicion: declared beside the data they read, set-based SQL, each with its source."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.module_loading import autodiscover_modules


class Severity(models.TextChoices):
    """How much a hit deserves a look."""

    HIGH = "high", "先看"
    MEDIUM = "medium", "要看"
    LOW = "low", "留意"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One question asked of the rows of a kind.

    `sql` selects (ids uuid[], position int, facts jsonb): the rows concerned, the first one's place in
    the file, and the figures that `message` is filled with. `{scope}` stands for the condition on the
    rows under examination (alias `n`): those of a draft, of a release, or everything published.
    `%(county)s` and `%(release)s` are given.
    """

    code: str
    kind: str
    title: str
    message: str
    source: str
    sql: str
    severity: Severity = Severity.MEDIUM


_rules: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Make a rule known; raise ImproperlyConfigured for a code that is taken."""
    if rule.code in _rules:
        raise ImproperlyConfigured(f"Rule {rule.code!r} is declared twice.")
    _rules[rule.code] = rule


def rules_for(kind: str) -> list[Rule]:
    """Return the rules of a kind, most severe first."""
    order = list(Severity)
    found = [rule for rule in _rules.values() if rule.kind == kind]
    return sorted(found, key=lambda rule: order.index(Severity(rule.severity)))


def rule(code: str) -> Rule | None:
    """Return a rule by its code."""
    return _rules.get(code)


def autodiscover() -> None:
    """Let every app declare its rules (`rules.py`)."""
    autodiscover_modules("rules")
