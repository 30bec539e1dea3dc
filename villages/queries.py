"""What a load of villages reads of what is public already."""

from __future__ import annotations

from villages.models import Lease, VillageAsset, VillageResource
from villages.numbering import Numbering, numbering
from villages.preparing.property import LeaseLookups, RentLookups, Standing


def asset_numbers(county: str) -> Numbering:
    """Return how far the numbers of assets have come."""
    return numbering(VillageAsset, "asset_no", "ZC", county)


def resource_numbers(county: str) -> Numbering:
    """Return how far the numbers of resources have come."""
    return numbering(VillageResource, "resource_no", "ZY", county)


def lease_lookups(county: str) -> LeaseLookups:
    """Return the numbers of contracts so far, and what the public registers hold; three queries."""
    assets = VillageAsset.objects.public().filter(county=county)
    resources = VillageResource.objects.public().filter(county=county)
    return LeaseLookups(
        numbering(Lease, "contract_no", "HT", county),
        frozenset(assets.values_list("region__code", "asset_no"))
        | frozenset(resources.values_list("region__code", "resource_no")),
    )


def rent_lookups(county: str) -> RentLookups:
    """Return the public contracts of a county by number; one query."""
    leases: dict[str, tuple[Standing, ...]] = {}
    found = Lease.objects.public().filter(county=county).order_by("region__code")
    told = found.values_list(
        "contract_no", "region__code", "region__parent__short_name", "region__short_name"
    )
    for number, place, township, village in told:
        leases[number] = (*leases.get(number, ()), Standing(place, f"{township or ''}{village}"))
    return RentLookups(leases)
