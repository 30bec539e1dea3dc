"""Everything disclosed as data: what a page shows, as tables that machines read."""

from __future__ import annotations
