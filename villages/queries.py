"""What a load of villages reads of what is public already."""

from __future__ import annotations

from portal.releases.numbering import Numbering, numbering
from villages.models import Lease, Rent, VillageAsset, VillageResource
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


def title_of_lease(row: Lease) -> str:
    """Return the everyday name of a contract: that of what it lets; at most two queries."""
    if row.object_name:
        return f"{row.object_name}的出租合同"
    for model, number in ((VillageAsset, "asset_no"), (VillageResource, "resource_no")):
        found = model._default_manager.listed().filter(region=row.region_id, **{number: row.object_no})
        if name := found.values_list("name", flat=True).first():
            return f"{name}的出租合同"
    return f"出租合同 {row.contract_no}"


def title_of_rent(row: Rent) -> str:
    """Return the everyday name of a rent: that of what was let; at most three queries."""
    lease = Lease.objects.listed().filter(region=row.region_id, contract_no=row.contract_no).first()
    charge = row.get_charge_display()
    return f"{title_of_lease(lease).removesuffix('的出租合同')}的{charge}" if lease else str(row)
