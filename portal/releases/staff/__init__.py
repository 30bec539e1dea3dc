"""The staff side of releases: work list, review page, acts. Wired to Django's admin in `admin.py`."""

from __future__ import annotations
