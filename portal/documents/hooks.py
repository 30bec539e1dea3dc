"""What higher rooms tell this one: which documents, and which sealed files, they still need."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

# Given some documents, each returns those it refers to. Filled at start-up, from an app's `ready`.
referenced: list[Callable[[Collection[UUID]], set[UUID]]] = []
# Each returns the names of sealed files (a zip that waits for its load, say) that it still needs.
held: list[Callable[[], set[str]]] = []


def needed_documents(ids: Collection[UUID]) -> set[UUID]:
    """Return which of some documents anybody refers to."""
    return {one for ask in referenced for one in ask(ids)}


def held_files() -> set[str]:
    """Return the names of sealed files that anybody still needs."""
    return {name for ask in held for name in ask()}
