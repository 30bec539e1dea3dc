"""Household payments: programmes, their standards, and every payment."""

from __future__ import annotations
