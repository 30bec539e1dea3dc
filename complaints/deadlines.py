"""When a complaint must be decided, finished, answered: rules as data, and the dates they give (pure)."""

from __future__ import annotations
