"""What the public sees of a person's name, by policy (pure)."""

from __future__ import annotations

from portal.catalogue.models import NamesPolicy
from portal.releases.models import NamesShown


def shown(name: str, policy: str) -> str:
    """Return a name as a policy shows it: 李树根, 李*根, or nothing."""
    if policy == NamesPolicy.FULL:
        return name
    if policy in {NamesPolicy.HIDDEN, NamesShown.EXPIRED}:
        return ""
    if len(name) <= 1:
        return "*"
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]
