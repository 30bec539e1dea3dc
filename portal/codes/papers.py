"""What else can be printed for a place: higher rooms offer it, the staff's list of codes shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from portal.places.models import Region


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One file to print: what stands on its button, and its address."""

    word: str
    href: str


# Called with a page of places; gives what each offers, by its key, in a bounded number of queries.
Offers = Callable[[Collection[Region]], Mapping[int, Sequence[Offer]]]
_registered: list[Offers] = []


def register(offers: Offers) -> None:
    """Let the list of codes offer these files; called once, when the app is ready."""
    if offers not in _registered:
        _registered.append(offers)


def of_places(places: Collection[Region]) -> dict[int, list[Offer]]:
    """Return what can be printed for each of these places."""
    found: dict[int, list[Offer]] = {}
    for offers in _registered:
        for key, offered in offers(places).items():
            found.setdefault(key, []).extend(offered)
    return found
