"""Who owes which item of the catalogue for which period by which day, and whether it came."""

from __future__ import annotations
