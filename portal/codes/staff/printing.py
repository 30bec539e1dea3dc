"""Printing from the staff's site: codes are made first, then their sheets are handed out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from portal.codes.actions import code_for_region
from portal.codes.glyphs import MissingGlyphError
from portal.codes.models import Code
from portal.codes.sheets import poster_of
from portal.codes.staff.listing import MOST_PAGES, villages_of
from portal.places.models import Region


def made(township: Region, part: int, on: date) -> list[Code]:
    """Return the codes of one part of a township's villages; those that lack one get it now."""
    return [code_for_region(village) for village in _part(township, part, on)]


def printed(township: Region, part: int, on: date) -> list[Code]:
    """Return the codes of one part of a township's villages, as far as there are any."""
    villages = _part(township, part, on)
    codes = Code.objects.valid().filter(region__in=villages).with_region()
    return sorted(codes, key=lambda code: code.region.code if code.region else "")


def refusals(codes: Sequence[Code]) -> dict[Code, str]:
    """Return the codes whose sheets cannot be printed, each with the reason."""
    refused = {}
    for code in codes:
        try:
            poster_of(code)
        except MissingGlyphError as error:
            refused[code] = str(error)
    return refused


def _part(township: Region, part: int, on: date) -> list[Region]:
    start = (part - 1) * MOST_PAGES
    return list(villages_of(township, on)[start : start + MOST_PAGES])
