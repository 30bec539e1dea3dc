"""The catalogue: what must be disclosed, by whom, by when, and what of a person may be shown."""

from __future__ import annotations
