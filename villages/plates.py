"""What stands on the labels of a village's things: their name, number and village."""

from __future__ import annotations

from portal.releases.plates import Plate, Plated
from villages.models import VillageAsset, VillageResource

_CALL = "扫一扫，看租给谁、收了多少"


def _named(row: VillageAsset | VillageResource) -> Plate:
    return Plate(name=str(row))


ASSET_PLATE = Plated(number="asset_no", word="资产牌", call=_CALL, plate=_named)
RESOURCE_PLATE = Plated(number="resource_no", word="资源牌", call=_CALL, plate=_named)
