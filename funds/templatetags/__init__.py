"""Filters for the templates of funds."""

from __future__ import annotations
