"""Places: regions of four levels and the bodies responsible for publishing."""

from __future__ import annotations
