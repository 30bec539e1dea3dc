"""Commands of villages."""

from __future__ import annotations
