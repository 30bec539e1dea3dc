"""The public log: acts of publication as leaves of one append-only tree, and its signed heads."""

from __future__ import annotations
