"""Public pages as bytes: layout, components, the store of finished pages and the front that serves it."""

from __future__ import annotations
