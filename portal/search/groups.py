"""What is searched, group by group, as the kinds declare it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from portal.releases import registry
from portal.releases.registry import Disclosure


class Way(StrEnum):
    """How the rows of a group are searched, in the order in which the page shows them."""

    NAMES = "names"  # the public rendering of a person's name, inside one township or village
    ROWS = "rows"  # public texts and the amount, inside one township or village
    MASTERS = "masters"  # public texts, everywhere

    @property
    def is_local(self) -> bool:
        """Whether it needs a township or village."""
        return self is not Way.MASTERS


@dataclass(frozen=True, kw_only=True)
class Group:
    """One section of what may be found: a kind searched in one way; `key` is its word in addresses."""

    key: str
    title: str
    kind: Disclosure
    way: Way

    @property
    def has_papers(self) -> bool:
        """Whether its rows may have documents that can be asked for."""
        return self.way.is_local and bool(self.kind.files)


def groups() -> list[Group]:
    """Return every group, by way and then as declared."""
    found = [group for kind in registry.kinds() for group in _of(kind)]
    return sorted(found, key=lambda group: list(Way).index(group.way))


def _of(kind: Disclosure) -> Iterator[Group]:
    """Yield the groups of a kind; the first has the kind's own code for a key."""
    ways = (
        (Way.MASTERS, kind.search_fields, kind.title),
        (Way.ROWS, kind.place_search_fields, kind.place_search_title or kind.title),
        (Way.NAMES, kind.name_field, kind.names_title or kind.title),
    )
    declared = [(way, title) for way, fields, title in ways if fields]
    for number, (way, title) in enumerate(declared):
        yield Group(key=f"{kind.code}-{way}" if number else kind.code, title=title, kind=kind, way=way)
