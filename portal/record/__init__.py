"""The record: how a row is committed to and how a release's rows become one root (pure)."""

from __future__ import annotations
