"""Runs in a limited child: foreign bytes in, fresh WebP pictures out. Imports only its siblings.

The child starts this package by its folder alone (`limited.py`), because importing `portal` would cost it
more time than many pictures do. Hence the relative imports.
"""

from __future__ import annotations
