"""How assets, resources, contracts and rents are completed and checked while they are read (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from portal.columns.row import Given, Row
from portal.releases.numbering import Numbering
from villages.models import RentKind, TenantType, Valuation
from villages.preparing.ledger import is_unit

_WITHOUT_VALUE = {Valuation.NOMINAL.value, Valuation.UNKNOWN.value}
_WITH_RENT = {RentKind.FIXED.value, RentKind.RISING.value}
_PERSONS = {TenantType.MEMBER.value, TenantType.PERSON.value}
_ORGANISATIONS = {TenantType.COOPERATIVE.value, TenantType.COMPANY.value}
_MOST_NAMED = 5


@dataclass(frozen=True)
class LeaseLookups:
    """What a load of contracts needs: numbers so far, and what the registers hold, by (place, number)."""

    numbers: Numbering
    things: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Standing:
    """A place in which a contract of a number is public; the name is for people."""

    place: str
    name: str


@dataclass(frozen=True)
class RentLookups:
    """The public contracts of a county by number."""

    leases: dict[str, tuple[Standing, ...]] = field(default_factory=dict)


def prepare_asset(row: Row, _given: Given, numbers: Numbering) -> None:
    """Number an asset that has no number; ask for its value; tell organisations from persons."""
    numbers.propose(row)
    if row.get("valuation") not in _WITHOUT_VALUE:
        row.need("original_value", "这里要写原值；没有原值的，计价方式写“名义金额”或“无法确定”")
    _in_order(row, "acquired_on", "disposed_on", "处置日期比取得日期还早，请核对")
    _name_organisations(row, "occupant", "buyer")


def prepare_resource(row: Row, _given: Given, numbers: Numbering) -> None:
    """Number a resource that has no number; tell organisations from persons."""
    numbers.propose(row)
    _name_organisations(row, "occupant")


def prepare_lease(row: Row, _given: Given, lookups: LeaseLookups) -> None:
    """Number a contract that has no number; check its object, its days and what its rent needs."""
    lookups.numbers.propose(row)
    _object(row, lookups)
    _in_order(row, "starts_on", "ends_on", "终止日期在起始日期之前，请核对年月日")
    if row.get("rent_kind") in _WITH_RENT:
        row.need("annual_rent", "固定、递增的租金要写年租金")
        row.need("due_days", "固定、递增的租金要写每年哪天该收，如 06-30;12-31")
    _tenant(row)


def prepare_rent(row: Row, given: Given, lookups: RentLookups) -> None:
    """Find the contract and with it the place; no more can be let off than was due."""
    _contract(row, given, lookups)
    reduction, due = row.get("reduction"), row.get("due_amount")
    if reduction is not None and due is not None and reduction > due:
        row.error("reduction", "减免的比应收的还多，请核对")
    row.is_organisation = bool(row.get("payer")) and is_unit(row.values["payer"])


def _in_order(row: Row, first: str, later: str, message: str) -> None:
    start, end = row.get(first), row.get(later)
    if isinstance(start, date) and isinstance(end, date) and end < start:
        row.error(later, message)


def _name_organisations(row: Row, *fields: str) -> None:
    """Note which of the named parties are surely no persons."""
    row.organisations = frozenset(name for name in fields if row.get(name) and is_unit(row.values[name]))


def _object(row: Row, lookups: LeaseLookups) -> None:
    """Check that what is let is in a register of the village, or is at least named."""
    told = row.get("object_no")
    if not told:
        if not row.get("object_name"):
            row.need("object_no", "这里要写标的编号；台账上没有的，写标的名称")
    elif row.place and (row.place, told) not in lookups.things:
        row.error("object_no", "这个村公开的资产、资源台账里没有这个编号，请核对，或先公开台账")


def _tenant(row: Row) -> None:
    """Tell persons from organisations; where the table does not, who may be a person is masked."""
    told, name = row.get("tenant_type"), row.get("tenant")
    if told in _PERSONS:
        row.is_organisation = False
    else:
        row.is_organisation = told in _ORGANISATIONS or bool(name and is_unit(name))
    if row.is_organisation and row.get("identity"):
        row.error("identity", "承租人是单位，身份证号请删掉；单位写承租人信用代码")


def _contract(row: Row, given: Given, lookups: RentLookups) -> None:
    """Find the contract a rent belongs to; where the row names no place, the contract's own is its."""
    told = row.get("contract_no")
    if not told or row.is_wrong("region"):
        return
    found = lookups.leases.get(told, ())
    if row.place:
        if not any(one.place == row.place for one in found):
            row.error("contract_no", "这个村没有公开这份合同，请核对编号，或先公开合同")
        return
    here = [one for one in found if one.place.startswith(given.within)] or list(found)
    if not here:
        row.error("contract_no", "没有公开过这份合同，请核对编号，或先公开合同")
    elif len(here) > 1:
        named = "、".join(f"{one.name}（{one.place}）" for one in here[:_MOST_NAMED])
        row.error("contract_no", f"有 {len(here)} 个村都有这个编号的合同：{named}。请在“村代码”写明是哪个村")
    else:
        row.place = here[0].place
