"""The inspectors' desk: queue, ticket, keys, readings, quarters; every address behind one gate."""

from __future__ import annotations
