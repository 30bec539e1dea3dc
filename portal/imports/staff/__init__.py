"""The clerk's import screens: hand a file in, mend it, type rows. Wired to Django's admin in `admin.py`."""

from __future__ import annotations
