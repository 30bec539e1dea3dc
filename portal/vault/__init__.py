"""The vault: keys outside the database, keyed digests of ids, sealed staging files."""

from __future__ import annotations
