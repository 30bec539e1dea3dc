"""What everybody sees: results, figures that give nobody away, entries of the public log."""

from __future__ import annotations
