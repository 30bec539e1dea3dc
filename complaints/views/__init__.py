"""Pages of complaints: for the public, and for the inspectors' desk."""

from __future__ import annotations
