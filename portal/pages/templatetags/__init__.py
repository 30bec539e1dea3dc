"""Filters and tags for public templates: money, dates, the frame of a page."""

from __future__ import annotations
