"""The demonstration: an invented county in real places, and the one-command runner."""

from __future__ import annotations
