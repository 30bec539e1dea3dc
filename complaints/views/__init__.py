"""Views of reports: one for each page the public sees."""

from __future__ import annotations
