"""Workdays: the calendar of days off and make-up working days, and counting by it."""

from __future__ import annotations
