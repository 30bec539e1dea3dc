"""Duties as clerks, reviewers and administrators see them."""

from __future__ import annotations
