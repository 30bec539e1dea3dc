"""Find the place an officer writes down: by code, by its own name, or with the names of the levels above."""

from __future__ import annotations

from portal.places.models import Region

_SHOWN = 4


class PlaceError(Exception):
    """No place, or several, go by these words; the text says so to the officer."""


def find_place(words: str, within: Region) -> Region:
    """Return the one place inside another that goes by these words; raise PlaceError."""
    asked = "".join(words.split())
    inside = Region.objects.within(within).with_ancestors()
    if asked.isdigit():
        found = list(inside.filter(code=asked))
    else:
        ending = [one for one in inside if asked.endswith((one.short_name, one.name))]
        exact = [one for one in ending if _fits(asked, one)]
        longest = max((len(one.short_name) for one in exact), default=0)
        found = [one for one in exact if len(one.short_name) == longest or one.name == asked]
    if not found:
        raise PlaceError(f"{within.full_name}里没有“{asked}”。")
    if len(found) > 1:
        named = "、".join(one.full_name for one in found[:_SHOWN])
        raise PlaceError(f"叫这个名字的不止一处，请写上乡镇：{named}。")
    return found[0]


def _fits(asked: str, region: Region) -> bool:
    """Say whether the words are a region's name after the names of some levels above it, in order."""
    for name in (region.short_name, region.name):
        if not asked.endswith(name):
            continue
        rest = asked[: len(asked) - len(name)]
        for above in reversed(region.ancestors):
            said = [one for one in (above.short_name, above.name) if rest.endswith(one)]
            rest = rest.removesuffix(said[0]) if said else rest
        if not rest:
            return True
    return False
