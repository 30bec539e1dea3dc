"""What a village owns and lets, as the public sees it on a day: things, their contracts, their rent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from portal.catalogue.models import CatalogueItem
from portal.columns.parties import is_unit
from portal.documents.models import DocumentState
from portal.duties.deadlines import due_on
from portal.places.models import Region
from portal.releases.models import Attachment, DisclosedRowQuerySet
from portal.workdays import calendar
from villages.dues import Due, Part, Sums, TellBy, dues, expected, of_year, sums
from villages.models import Charge, Lease, LeaseState, Rent, TenantType, VillageAsset, VillageResource

# How far back a contract alone says that rent was due: older dues may be of times before anything was public.
_LOOKED_BACK = timedelta(days=365)
_CLOSED = {LeaseState.RENEWED, LeaseState.TERMINATED}
_ORGANISATIONS = {TenantType.COOPERATIVE, TenantType.COMPANY}


@dataclass(kw_only=True)
class Tenancy:
    """One contract with its rent, on a day."""

    lease: Lease
    rents: list[Rent]
    today: date
    # By when the rents of a quarter must be public, from its last day.
    tell_by: TellBy
    dues: list[Due] = field(init=False)

    def __post_init__(self) -> None:
        """Count the dues once."""
        self.dues = dues(parts_of(self.rents), self._contract())

    def _contract(self) -> list[Due]:
        """Return what the contract alone says of the last year and of the future."""
        lease = self.lease
        if lease.state in _CLOSED or lease.annual_rent is None or not lease.due_days:
            return []
        found = expected(
            lease.annual_rent,
            lease.due_days,
            starts_on=lease.starts_on,
            ends_on=lease.ends_on,
            tell_by=self.tell_by,
        )
        return [due for due in found if due.due_on > self.today - _LOOKED_BACK]

    @property
    def is_running(self) -> bool:
        """Whether the contract is in force."""
        return self.lease.state not in _CLOSED and self.lease.starts_on <= self.today <= self.lease.ends_on

    @property
    def is_over(self) -> bool:
        """Whether the last day has passed without a word that it was renewed or dissolved."""
        return self.lease.state not in _CLOSED and self.lease.ends_on < self.today

    @property
    def total(self) -> Sums:
        """All that is known of it."""
        return sums(self.dues, self.today)

    @property
    def year(self) -> Sums:
        """This calendar year."""
        return sums(of_year(self.dues, self.today.year), self.today)

    @property
    def days_late(self) -> int:
        """How many days ago the oldest rent that is still owed was due."""
        return max((due.days_late(self.today) for due in self.dues), default=0)

    @property
    def is_settled(self) -> bool:
        """Whether something fell due, and nothing that is known is missing now or later this year."""
        return not (self.total.waiting or self.year.later) and any(
            due.is_over(self.today) for due in self.dues
        )

    @property
    def next_due(self) -> Due | None:
        """The next day on which something is due."""
        return next((due for due in self.dues if due.later(self.today)), None)


@dataclass(kw_only=True)
class Thing:
    """One asset or resource with its contracts, newest first."""

    row: VillageAsset | VillageResource
    tenancies: list[Tenancy]
    today: date

    @property
    def running(self) -> Tenancy | None:
        """The contract in force; of several the newest."""
        return next((one for one in self.tenancies if one.is_running), None)

    @property
    def latest(self) -> Tenancy | None:
        """The contract in force, or the last one there was."""
        return self.running or (self.tenancies[0] if self.tenancies else None)

    @property
    def total(self) -> Sums:
        """The rent of all its contracts."""
        return sum((one.total for one in self.tenancies), Sums())

    @property
    def year(self) -> Sums:
        """The rent of all its contracts in this year."""
        return sum((one.year for one in self.tenancies), Sums())

    @property
    def days_late(self) -> int:
        """How many days ago the oldest rent that is still owed was due."""
        return max((one.days_late for one in self.tenancies), default=0)

    @property
    def idle_since(self) -> date | None:
        """The first day after its last contract; None where it never had one."""
        ended = [one.lease.ends_on for one in self.tenancies if one.lease.ends_on < self.today]
        return max(ended) + timedelta(days=1) if ended else None


def parts_of(rents: Iterable[Rent]) -> list[Part]:
    """Return the rent among published lines; deposits and fees passed on are none."""
    return [
        Part(
            due_on=rent.due_on,
            due=rent.due_amount,
            received=rent.received_amount,
            reduction=rent.reduction or Part.reduction,
        )
        for rent in rents
        if rent.charge == Charge.RENT
    ]


def tenancies_of(region: Region, today: date, *, leases: DisclosedRowQuerySet | None = None) -> list[Tenancy]:
    """Return the public contracts of a village (or those of `leases`) with their rent; three queries."""
    chosen = Lease.objects.listed().filter(region=region) if leases is None else leases
    found = list(_with_documents(chosen).select_related("release").order_by("-starts_on", "contract_no"))
    numbers = {lease.contract_no for lease in found}
    rents: defaultdict[str, list[Rent]] = defaultdict(list)
    lines = Rent.objects.listed().filter(region=region)
    if leases is not None:
        lines = lines.filter(contract_no__in=numbers)
    for rent in lines.select_related("release").order_by("due_on", "received_on", "position"):
        rents[rent.contract_no].append(rent)
    tell_by = rents_told_by()
    return [
        Tenancy(lease=lease, rents=rents[lease.contract_no], today=today, tell_by=tell_by) for lease in found
    ]


def rents_told_by() -> TellBy:
    """Return by when the catalogue wants the rents of a quarter, from its last day; two queries."""
    item = CatalogueItem.objects.filter(kind="rents", is_active=True).order_by("pk").first()
    workdays = calendar.current()
    return lambda last: due_on(item, last, workdays) if item else last


def assets_of(region: Region, found: Sequence[Tenancy], today: date) -> list[Thing]:
    """Return the assets of a village with those contracts that are theirs; one query."""
    rows = _with_documents(VillageAsset.objects.listed().filter(region=region)).select_related("release")
    return _things(rows.order_by("position", "pk"), found, today)


def resources_of(region: Region, found: Sequence[Tenancy], today: date) -> list[Thing]:
    """Return the resources of a village with those contracts that are theirs; one query."""
    rows = VillageResource.objects.listed().filter(region=region).select_related("release")
    return _things(rows.order_by("position", "pk"), found, today)


def thing_of(row: VillageAsset | VillageResource, today: date) -> Thing:
    """Return one thing with its contracts; three queries."""
    leases = Lease.objects.listed().filter(region=row.region_id, object_no=number_of(row))
    return Thing(row=row, tenancies=tenancies_of(row.region, today, leases=leases), today=today)


def number_of(row: VillageAsset | VillageResource) -> str:
    """Return the number by which contracts name a thing."""
    return row.asset_no if isinstance(row, VillageAsset) else row.resource_no


def _things(
    rows: Iterable[VillageAsset | VillageResource], found: Sequence[Tenancy], today: date
) -> list[Thing]:
    of_thing: defaultdict[str, list[Tenancy]] = defaultdict(list)
    for one in found:
        of_thing[one.lease.object_no].append(one)
    return [Thing(row=row, tenancies=of_thing.get(number_of(row), []), today=today) for row in rows]


def _with_documents(rows: DisclosedRowQuerySet) -> DisclosedRowQuerySet:
    """Note beside each row how many documents it shows, and the first one of them."""
    shown = Attachment.objects.filter(row_id=OuterRef("pk"), document__state=DocumentState.READY)
    counted = shown.order_by().values("row_id").annotate(number=Count("pk")).values("number")
    noted: DisclosedRowQuerySet = rows.annotate(
        documents=Coalesce(Subquery(counted), 0), thumb=Subquery(shown.in_order().values("pk")[:1])
    )
    return noted


def names_in_full(names: Iterable[str], leases: Iterable[Lease]) -> bool:
    """Say whether any of them is a private person's full name: no search engine should keep such a page."""
    tenants = (lease.tenant_public for lease in leases if lease.tenant_type not in _ORGANISATIONS)
    return any(name and "*" not in name and not is_unit(name) for name in (*names, *tenants))
