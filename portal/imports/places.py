"""Finds the place a cell means among the places of the releasing body (pure after `of_body`)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.columns.column import CellError
from portal.places.models import Body, Level, Region

_GROUP = "组"
_LONGEST_GROUP = 20


@dataclass(frozen=True)
class PlaceKey:
    """A region by the two keys a row needs."""

    pk: int
    code: str


@dataclass(frozen=True)
class Gazetteer:
    """The places inside one body's place, by code and by the names people write."""

    home: PlaceKey
    home_name: str
    is_narrowest: bool
    by_code: dict[str, PlaceKey]
    by_name: dict[str, tuple[PlaceKey, ...]]
    full_names: dict[str, str]

    @classmethod
    def of_body(cls, body: Body) -> Gazetteer:
        """Read the places of a body once for a whole load."""
        by_code: dict[str, PlaceKey] = {}
        by_name: dict[str, tuple[PlaceKey, ...]] = {}
        full_names: dict[str, str] = {}
        for region in Region.objects.within(body.region).with_ancestors():
            key = PlaceKey(region.pk, region.code)
            by_code[region.code] = key
            full_names[region.code] = region.full_name
            for name in _names(region):
                by_name[name] = (*by_name.get(name, ()), key)
        return cls(
            PlaceKey(body.region.pk, body.region.code),
            body.region.short_name,
            body.region.level == Level.VILLAGE,
            by_code,
            by_name,
            full_names,
        )

    def find(self, told: str) -> tuple[PlaceKey, str]:
        """Return the place of a code or name, and the village group the name carried (or "").

        Raises:
            CellError: unknown, outside the body's place, or a name that several places share.
        """
        if told in self.by_code:
            return self.by_code[told], ""
        if told.isdigit():
            raise CellError(f"{self.home_name}辖区内没有这个代码，请写 12 位村代码或村名")
        found, group = self.by_name.get(told, ()), ""
        if not found and told.endswith(_GROUP):
            found, group = self._with_group(told)
        if not found:
            raise CellError(f"{self.home_name}辖区内没有叫这个名字的村，请写 12 位村代码或村名")
        if len(found) > 1:
            named = "、".join(f"{self.full_names[key.code]}（{key.code}）" for key in found[:5])
            raise CellError(f"有 {len(found)} 个地方叫这个名字：{named}。请写 12 位代码")
        return found[0], group

    def _with_group(self, told: str) -> tuple[tuple[PlaceKey, ...], str]:
        """Return the places that a text begins with, and the village group behind it (大浦村3组)."""
        for end in range(len(told) - 2, 1, -1):
            if len(told) - end > _LONGEST_GROUP:
                break
            if found := self.by_name.get(told[:end]):
                return found, told[end:]
        return (), ""


def _names(region: Region) -> set[str]:
    """Return what people write for a place: alone, or behind the township's name."""
    names = {region.name, region.short_name, region.full_name}
    if region.parent is not None and region.level == Level.VILLAGE:
        above = region.parent.short_name
        names |= {above + region.name, above + region.short_name}
    return names
