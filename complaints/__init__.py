"""Reports sealed to inspectors, tickets with legal clocks, results in public."""

from __future__ import annotations
