"""Who can read a report: boxes, keys, codes, the signed list of officers, the wall of interests."""

from __future__ import annotations
