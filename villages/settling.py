"""Checks of villages that only a whole draft can answer."""

from __future__ import annotations

from portal.releases.models import Release
from portal.releases.succession import take_places
from villages.models import VillageAsset, VillageResource

Found = tuple[int, str, str]
_REASON = "新的登记"


def settle_assets(release: Release) -> list[Found]:
    """Note which public lines of former registers the draft's lines take the place of."""
    take_places(release, VillageAsset, same=("region_id", "asset_no"), reason=_REASON)
    return []


def settle_resources(release: Release) -> list[Found]:
    """Note which public lines of former registers the draft's lines take the place of."""
    take_places(release, VillageResource, same=("region_id", "resource_no"), reason=_REASON)
    return []
