"""One thing or one contract as a card on a page."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from portal.pages.templatetags.money import plain
from villages import verdicts
from villages.dues import Sums
from villages.models import Bidding, VillageAsset, VillageResource
from villages.property import Tenancy, Thing
from villages.verdicts import Meter, Standing, Tag


@dataclass(frozen=True, kw_only=True)
class ThingCard:
    """One thing as a card."""

    row: VillageAsset | VillageResource
    href: str
    size: str
    latest: Tenancy | None
    is_let: bool
    tag: Tag
    year: Sums
    meter: Meter | None
    # Who uses it where no contract says so.
    line: str

    @classmethod
    def of(cls, thing: Thing) -> ThingCard:
        """Count what the card tells."""
        year, row = thing.year, thing.row
        kind = "assets" if isinstance(row, VillageAsset) else "resources"
        return cls(
            row=row,
            href=reverse("pages:row", args=[kind, row.pk]),
            size=size_of(row),
            latest=thing.latest,
            is_let=thing.running is not None or verdicts.of_thing(thing) == Standing.EXPIRED,
            tag=verdicts.tag_of_thing(thing),
            year=year,
            meter=verdicts.meter(year),
            line=_used_by(row),
        )


def _used_by(row: VillageAsset | VillageResource) -> str:
    if row.occupant_public:
        return f"{row.occupant_public}在用"
    return "" if row.use_state in {"let", "lent", "households"} else "没有出租"


def size_of(row: VillageAsset | VillageResource) -> str:
    """Return how large a thing is: 18 亩, 210 平方米, 2 台."""
    if isinstance(row, VillageResource):
        return f"{plain(row.area_mu)} 亩"
    if row.floor_area:
        return f"{plain(row.floor_area)} 平方米"
    return f"{plain(row.quantity)} {row.unit}".rstrip()


@dataclass(frozen=True, kw_only=True)
class LeaseCard:
    """One contract as a card; `title` is what is let."""

    one: Tenancy
    title: str
    tag: Tag
    year: Sums
    meter: Meter | None
    # What a reader should know and does not find.
    lacks: tuple[str, ...]


def lease_card(one: Tenancy, thing: Thing | None) -> LeaseCard:
    """Count what the card of a contract tells; `thing` is what it lets, where that is registered."""
    lease = one.lease
    expired = is_expired(one, thing)
    tag = Tag(state="bad", word="合同到期了，还在用") if expired else verdicts.tag_of_tenancy(one)
    lacks = []
    if not lease.documents:
        lacks.append("合同照片")
    if thing is None and not lease.object_no:
        lacks.append("台账登记")
    if lease.bidding == Bidding.UNKNOWN:
        lacks.append("有没有公开竞价")
    return LeaseCard(
        one=one,
        title=str(thing.row) if thing else lease.object_name or lease.object_no,
        tag=tag,
        year=one.year,
        meter=verdicts.meter(one.year),
        lacks=tuple(lacks),
    )


def is_expired(one: Tenancy, thing: Thing | None) -> bool:
    """Whether a contract ran out, nothing followed it, and the thing is still in use."""
    return (
        thing is not None
        and one.is_over
        and one is thing.latest
        and verdicts.of_thing(thing) in {Standing.EXPIRED, Standing.OWED, Standing.OCCUPIED}
        and thing.row.use_state in {"let", "occupied"}
    )
