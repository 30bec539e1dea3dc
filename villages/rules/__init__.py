"""Rules of suspicion over village books; each runs on a draft, a release, or everything published.

A hit asks a question, and its message names the innocent answer where there is a usual one. Private payees
are compared by what the public sees of them (张*三): two persons may look like one.
"""

from __future__ import annotations

from villages.rules import balances, debts, decisions, leases, ledger, registers, rents

__all__ = [
    "balances",
    "debts",
    "decisions",
    "leases",
    "ledger",
    "registers",
    "rents",
]
