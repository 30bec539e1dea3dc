"""Proofs for anybody: the log's own addresses, the opening of a row, and what it means in plain words."""

from __future__ import annotations
