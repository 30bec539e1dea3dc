"""What funds reads of its own masters: the programmes and standards in force."""

from __future__ import annotations

from funds.models import Programme
from funds.preparing import Lookups, ProgrammeFacts


def lookups(county: str) -> Lookups:
    """Return the public programmes of a county (those of the city included), for a load."""
    city = county[:4] + "00"
    facts = [
        ProgrammeFacts(*found)
        for found in Programme.objects.public()
        .filter(county__in=[county, city])
        .order_by("county", "code")
        .values_list("code", "name", "item_code", "method")
    ]
    by_name: dict[str, ProgrammeFacts | None] = {}
    of_item: dict[str, ProgrammeFacts | None] = {}
    for fact in facts:
        by_name[fact.name] = None if fact.name in by_name else fact
        of_item[fact.item_code] = None if fact.item_code in of_item else fact
    return Lookups({fact.code: fact for fact in facts}, by_name, of_item)
