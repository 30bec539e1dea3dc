"""Public rows of a kind in a place, as texts by column: the public rendering, never a stored name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from portal.catalogue.models import NamesPolicy
from portal.columns.cells import Account, Choice, Files, Identity, OfficialName, PeriodCell, PersonName, Place
from portal.columns.column import Column
from portal.columns.periods import Period
from portal.places.models import Level, Region
from portal.releases.models import Release
from portal.releases.registry import Disclosure

_CHUNK = 2_000
# What every row says of itself, before the columns of its kind.
HEAD = ("公开编号", "第几版", "公开日期", "责任主体", "公开事项", "阶段", "地区代码", "地区", "网址")
# Inside one township the pages name people too; in a table of a whole county names could be collected.
_NAMED_IN = frozenset({Level.TOWNSHIP, Level.VILLAGE})


def has_names(region: Region) -> bool:
    """Whether tables of a place may name private persons."""
    return region.level in _NAMED_IN


@dataclass(frozen=True)
class Table:
    """What may be had of a kind in a place."""

    kind: Disclosure
    region: Region

    @property
    def has_names(self) -> bool:
        """Whether names of private persons stand in it."""
        return has_names(self.region)

    @property
    def columns(self) -> list[Column]:
        """The public columns, in the order of the template."""
        return [column for column in self.kind.columns if self._is_told(column)]

    @property
    def headings(self) -> list[str]:
        """The first line."""
        return [*HEAD, *(column.header for column in self.columns)]

    def _is_told(self, column: Column) -> bool:
        if not column.public or isinstance(column.cell, Place | Files | Identity | Account):
            return False
        if isinstance(column.cell, OfficialName):
            return column.field not in self.kind.private
        if column.group == "who":  # Names, and every text that may hold one.
            return self.has_names
        return not isinstance(column.cell, PersonName) and column.field not in self.kind.private

    def lines(self) -> Iterator[list[str]]:
        """Yield one list of texts for each newest public row, batch by batch as they were published.

        Lines of which only sums are public are left out, as they are everywhere.
        """
        places = {
            place.pk: (place.code, place.full_name)
            for place in Region.objects.within(self.region).with_ancestors()
        }
        for release in self._releases():
            yield from self._of_release(release, places)

    def _releases(self) -> list[Release]:
        touched = Release.objects.published().filter(kind=self.kind.code, totals__region=self.region)
        found = touched.exclude(names=NamesPolicy.HIDDEN).select_related("body", "item")
        return list(found.distinct().order_by("pk"))

    def _of_release(self, release: Release, places: dict[int, tuple[str, str]]) -> Iterator[list[str]]:
        # A release of the county has rows of every village: the database leaves out the other places'.
        here = Region.objects.within(self.region).values("pk")
        rows = self.kind.model._default_manager.public().filter(release=release, region__in=here)
        rows = rows.order_by("position", "pk")
        last: tuple[int, UUID] | None = None
        while True:
            # By key, so that a long download holds neither a cursor nor a transaction open.
            beyond = Q() if last is None else Q(position__gt=last[0]) | Q(position=last[0], pk__gt=last[1])
            batch = list(rows.filter(beyond)[:_CHUNK])
            for row in batch:
                yield self._line(release, row, places[row.region_id])
            if len(batch) < _CHUNK:
                return
            last = batch[-1].position, batch[-1].pk

    def _line(self, release: Release, row: Any, place: tuple[str, str]) -> list[str]:
        return [
            str(row.pk),
            str(row.version),
            release.published_on.isoformat() if release.published_on else "",
            release.body.name,
            release.item.name,
            release.get_stage_display(),
            *place,
            f"{settings.SITE_URL}{reverse('pages:row', args=[self.kind.code, row.pk])}",
            *(_text(row, column) for column in self.columns),
        ]


def _text(row: Any, column: Column) -> str:
    """Return what the public may see of a cell: numbers and days as machines write them."""
    match column.cell:
        case PeriodCell():
            return Period.spanning(row.start_on, row.end_on).label()
        case PersonName() if not isinstance(column.cell, OfficialName):
            return str(getattr(row, f"{column.field}_public"))
        case Choice():
            return str(getattr(row, f"get_{column.field}_display")())
    value = getattr(row, column.field)
    return "" if value is None or value == "" else column.cell.canon(value)
