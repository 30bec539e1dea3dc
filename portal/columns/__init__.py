"""What a column of an import template is, and how its cells are read, stored and committed."""

from __future__ import annotations
