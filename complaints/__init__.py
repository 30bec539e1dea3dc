"""Complaints: reports by the public, and the time limits within which offices answer them."""

from __future__ import annotations
