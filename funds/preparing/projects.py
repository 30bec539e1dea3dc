"""How projects and payments for them are completed and checked (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.models import DisbursementType, ProjectState
from portal.columns.folding import half_width, without_spaces
from portal.columns.row import Given, Row
from portal.releases.numbering import Numbering
from villages.preparing.ledger import is_unit

_FROM_PROCUREMENT = {
    ProjectState.PROCURING.value,
    ProjectState.BUILDING.value,
    ProjectState.COMPLETED.value,
    ProjectState.SETTLED.value,
}
_BUILT = {ProjectState.COMPLETED.value, ProjectState.SETTLED.value}
_NOT_BUILT = {ProjectState.PLANNED.value: "立项", ProjectState.PROCURING.value: "采购"}
# The first cannot come after the second, whatever happened: each is a part of what the other ends.
_ORDER = (
    ("announced_on", "awarded_on", "中标日期在采购公告日期之前，请核对这两个日期"),
    ("planned_start_on", "planned_end_on", "计划竣工在计划开工之前，请核对这两个日期"),
    ("completed_on", "accepted_on", "验收日期在实际竣工之前，请核对这两个日期"),
    ("completed_on", "audited_on", "决算审定日期在实际竣工之前，请核对这两个日期"),
)
_NEEDS = (
    ("award_amount", "winner", "写了中标金额，也要写中标单位"),
    ("awarded_on", "winner", "写了中标日期，也要写中标单位"),
    ("audited_on", "final_amount", "写了决算审定日期，也要写决算金额"),
    ("final_amount", "completed_on", "写了决算金额，也要写实际竣工"),
    ("accepted_on", "completed_on", "写了验收日期，也要写实际竣工"),
)
_MOST_NAMED = 5


def prepare_project(row: Row, given: Given, numbers: Numbering) -> None:
    """Give a project a number where it has none, and refuse what cannot be."""
    numbers.propose(row)
    row.is_organisation = is_unit(row.get("winner") or "")
    for field, message in (*_missing(row), *_disordered(row), *_contradictory(row)):
        if not row.is_wrong(field):
            row.error(field, message)


def _missing(row: Row) -> list[tuple[str, str]]:
    """Return (field, message) for every cell that is blank though another says it cannot be."""
    state = row.get("state")
    found = [(needed, message) for given, needed, message in _NEEDS if row.get(given) and not row.get(needed)]
    if state in _FROM_PROCUREMENT and not row.get("method"):
        found.append(("method", "从“采购”起要写采购方式"))
    if state in _BUILT and not row.get("completed_on"):
        found.append(("completed_on", "状态是完工或决算，要写实际竣工的日期"))
    if state == ProjectState.SETTLED and row.get("final_amount") is None:
        found.append(("final_amount", "状态是决算，要写决算金额"))
    return found


def _disordered(row: Row) -> list[tuple[str, str]]:
    found = []
    for earlier, later, message in _ORDER:
        first, second = row.get(earlier), row.get(later)
        if isinstance(first, date) and isinstance(second, date) and second < first:
            found.append((later, message))
    return found


def _contradictory(row: Row) -> list[tuple[str, str]]:
    """Return what two cells say against each other."""
    found = []
    state, contract, retention = row.get("state"), row.get("contract_amount"), row.get("retention")
    if state in _NOT_BUILT and row.get("completed_on"):
        found.append(("state", f"已经写了实际竣工，状态不能还是“{_NOT_BUILT[state]}”"))
    if contract is not None and retention is not None and retention > contract:
        found.append(("retention", "质保金比合同金额还多，请核对"))
    change = row.get("change_amount")
    if contract is not None and change is not None and contract + change < 0:
        found.append(("change_amount", "减的比合同金额还多，请核对"))
    return found


@dataclass(frozen=True)
class ProjectFacts:
    """What a payment needs to know of a published project."""

    project_no: str
    name: str
    place: str
    place_name: str


@dataclass(frozen=True)
class DisbursementLookups:
    """The published projects of a county by number and by folded name."""

    by_no: Mapping[str, ProjectFacts]
    by_name: Mapping[str, Sequence[ProjectFacts]]

    def find(self, told: str) -> Sequence[ProjectFacts]:
        """Return the projects that a cell may mean."""
        if found := self.by_no.get(told) or self.by_no.get(half_width(told)):
            return (found,)
        return self.by_name.get(without_spaces(told), ())


def prepare_disbursement(row: Row, given: Given, lookups: DisbursementLookups) -> None:
    """Find the project and with it the place; who may be a person is masked, a refund counts minus."""
    row.is_organisation = is_unit(row.get("payee") or "")
    told = row.get("project_no")
    if told is not None:
        _resolve(row, lookups.find(told))
    if row.get("type") == DisbursementType.REFUND and isinstance(row.get("amount"), Decimal):
        row.values["amount"] = -row.values["amount"]


def _resolve(row: Row, found: Sequence[ProjectFacts]) -> None:
    if len(found) > 1 and row.place:
        found = [project for project in found if project.place == row.place]
    if not found:
        row.error("project_no", "县里没有公开这个项目，请核对编号，或先公开项目")
    elif len(found) > 1:
        named = "、".join(f"{one.place_name}（{one.project_no}）" for one in found[:_MOST_NAMED])
        row.error("project_no", f"有 {len(found)} 个项目叫这个名字：{named}。请写项目编号")
    elif row.place and row.place != found[0].place:
        where = f"{found[0].place_name}（{found[0].place}）"
        row.error("region", f"这个项目在{where}，请核对，或空着让系统填")
    else:
        row.values["project_no"] = found[0].project_no
        row.place = found[0].place
