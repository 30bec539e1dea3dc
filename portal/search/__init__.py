"""One box over everything published."""

from __future__ import annotations
