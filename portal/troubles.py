"""What apps above the frame say of their own health, for `doctor` and `/readyz`; filled at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

Look = Callable[[date], Iterable[str]]


def _nothing(_today: date) -> Iterable[str]:
    """Say nothing more."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part's health, in plain sentences: `doctor` asks both, monitors ask `quick`.

    Monitors learn only whether there are any: a sentence may name persons.
    """

    name: str
    quick: Look
    thorough: Look = _nothing


parts: list[Part] = []


def register(part: Part) -> None:
    """Let a part speak; a second one of the same name replaces it."""
    parts[:] = [*(one for one in parts if one.name != part.name), part]


def facts(today: date) -> dict[str, str]:
    """Return for each part ok, or that `doctor` says more."""
    return {part.name: "see doctor" if list(part.quick(today)) else "ok" for part in parts}


def sentences(today: date) -> list[str]:
    """Return everything every part has to say."""
    return [said for part in parts for look in (part.quick, part.thorough) for said in look(today)]
