"""What funds reads of its own masters: the programmes and standards in force."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from funds.models import Programme, Standard
from funds.preparing.payments import Lookups, ProgrammeFacts, folded
from portal.catalogue.models import CatalogueItem


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
    # The county's own programme stands before one of the city with the same code.
    by_code = {fact.code: fact for fact in facts}
    for fact in by_code.values():
        name = folded(fact.name)
        by_name[name] = None if name in by_name else fact
        if fact.item_code:
            of_item[fact.item_code] = None if fact.item_code in of_item else fact
    return Lookups(by_code, by_name, of_item)


def programme_names(county: str, codes: Collection[str]) -> dict[str, str]:
    """Return the public names of some programmes, the county's own before the city's; one query."""
    city = county[:4] + "00"
    found = Programme.objects.public().filter(county__in=[county, city], code__in=list(codes))
    return dict(found.order_by("county").values_list("code", "name"))


def programmes_of(county: str) -> list[tuple[str, str]]:
    """Return code and public name of a county's own programmes, by code: what a code may be printed for."""
    return list(Programme.objects.public().filter(county=county).order_by("code").values_list("code", "name"))


def page_of_programme(programme: Programme) -> str:
    """Return the page of a programme's standards."""
    return f"{reverse('funds:standard-list')}?region={programme.county}000000&programme={programme.code}"


def page_of_standard(standard: Standard) -> str:
    """Return the page of a standard with its history."""
    return reverse("funds:standard-detail", args=[standard.pk])


def notice_items(_county: str) -> frozenset[str]:
    """Return the codes of the items that notices disclose, for a load."""
    items = CatalogueItem.objects.filter(kind="notices", is_active=True)
    return frozenset(items.values_list("code", flat=True))
