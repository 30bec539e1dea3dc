"""The red-flag engine: rules declared beside the data they read, and what they found."""

from __future__ import annotations
