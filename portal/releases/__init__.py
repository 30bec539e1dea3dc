"""Releases: the one idea. Drafting, review, publication, correction and withdrawal of disclosed rows."""

from __future__ import annotations
