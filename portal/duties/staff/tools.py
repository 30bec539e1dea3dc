"""Where rooms above duties say how a clerk begins what a duty asks for (import, type, declare nothing)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from portal.duties.models import Duty
from portal.releases.staff.tools import Tool

# Filled at start-up; each returns the ways for one duty, and asks the database nothing.
duty_tools: list[Callable[[Duty], Iterable[Tool]]] = []


def tools_for(duty: Duty) -> list[Tool]:
    """Return every way to begin a duty."""
    return [tool for make in duty_tools for tool in make(duty)]
