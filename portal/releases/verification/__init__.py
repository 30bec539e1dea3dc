"""Verification: what is stored against what was signed, and the first difference by name."""

from __future__ import annotations

from portal.releases.verification.difference import Difference, DifferenceError
from portal.releases.verification.run import Report, verify

__all__ = ["Difference", "DifferenceError", "Report", "verify"]
