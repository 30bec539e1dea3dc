"""From a clerk's file to a draft release: templates, readers, row errors, bulk load."""

from __future__ import annotations
