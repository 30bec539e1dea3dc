"""Tags for the panel of warnings."""

from __future__ import annotations
