"""Who should have published what by when, and who did: for villagers, and for who leads a county."""

from __future__ import annotations
