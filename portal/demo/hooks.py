"""Where apps above add their own part to the demo: after its stories, and to what the terminal says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

Report = Callable[[str], None]


class Part(Protocol):
    """A module that tells stories; told twice, nothing changes."""

    def tell(self, report: Report, now: datetime) -> None:
        """Fill in what is not there yet."""

    def sign_ins(self) -> list[str]:
        """Return lines for the terminal."""
        ...


# By name, so that no other installation imports what it never tells.
_modules: list[str] = []


def register(module: str) -> None:
    """Add a part; called once at start-up."""
    if module not in _modules:
        _modules.append(module)


def parts() -> Iterator[Part]:
    """Yield the parts in the order they were added."""
    for name in _modules:
        yield cast("Part", import_module(name))
