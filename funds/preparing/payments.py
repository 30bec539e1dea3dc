"""How rows of funds are completed and checked against what the county has published (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funds.models import EntryType, Method, PayeeType, PaymentMethod
from portal.columns.folding import half_width, without_spaces
from portal.columns.row import Given, Row

_PEOPLE = {PayeeType.PERSON.value, PayeeType.HOUSEHOLD.value}


@dataclass(frozen=True)
class ProgrammeFacts:
    """What a load needs to know of a programme in force."""

    code: str
    name: str
    item_code: str
    method: str


@dataclass(frozen=True)
class Lookups:
    """The programmes of a county, by code and by name (None where two share a name)."""

    by_code: dict[str, ProgrammeFacts]
    by_name: dict[str, ProgrammeFacts | None]
    of_item: dict[str, ProgrammeFacts | None]

    def find(self, told: str) -> ProgrammeFacts | None:
        """Return the programme of a code or of an unambiguous name, in letters of either width."""
        return self.by_code.get(told) or self.by_code.get(half_width(told)) or self.by_name.get(folded(told))

    def is_shared(self, told: str) -> bool:
        """Return whether several programmes have this name."""
        return folded(told) in self.by_name


def folded(name: str) -> str:
    """Return a programme's name as names are compared: brackets and spaces differ from file to file."""
    return without_spaces(name)


def resolve_programme(row: Row, given: Given, lookups: Lookups) -> ProgrammeFacts | None:
    """Put the programme's code in place of what the cell said; note an error for an unknown one."""
    told = row.get("programme_code")
    found = lookups.find(told) if told else lookups.of_item.get(given.item)
    if found is None:
        if told and lookups.is_shared(told):
            row.error("programme_code", "有几个补贴项目叫这个名字，请写补贴项目编码")
        elif told:
            row.error("programme_code", "县里没有公开这个补贴项目，请核对编码，或先请县里公开补贴项目")
        else:
            row.need("programme_code", "这里要写补贴项目编码或名称")
        return None
    row.values["programme_code"] = found.code
    return found


def prepare_standard(row: Row, given: Given, lookups: Lookups) -> None:
    """Complete a standard: its programme must be known, its end after its start."""
    resolve_programme(row, given, lookups)
    _check_dates(row)


def prepare_programme(row: Row, given: Given, lookups: Lookups) -> None:
    """Complete a programme with the defaults the contract names."""
    row.values.setdefault("method", Method.BY_STANDARD.value)
    _check_dates(row)


def _check_dates(row: Row) -> None:
    start, end = row.get("start_on"), row.get("end_on")
    if isinstance(start, date) and isinstance(end, date) and end <= start:
        row.error("end_on", "终止日期要晚于起始日期")


def prepare_payment(row: Row, given: Given, lookups: Lookups) -> None:
    """Complete a payment: programme, period, defaults; what is required under a condition."""
    values = row.values
    programme = resolve_programme(row, given, lookups)
    if programme is not None and programme.item_code:
        row.item = programme.item_code
    values.setdefault("period", given.period)
    values.setdefault("payee_type", PayeeType.HOUSEHOLD.value)
    values.setdefault("method", PaymentMethod.TRANSFER.value)
    kind = values.setdefault("entry_type", EntryType.NORMAL.value)
    row.is_organisation = values["payee_type"] not in _PEOPLE
    for name, message in _needed(row, given, programme):
        row.need(name, message)
    if kind == EntryType.RECOVERY and isinstance(values.get("amount"), Decimal):
        values["amount"] = -values["amount"]


def _needed(row: Row, given: Given, programme: ProgrammeFacts | None) -> Iterator[tuple[str, str]]:
    """Yield (field, message) for every cell that this row needs."""
    values = row.values
    if programme is not None and programme.method == Method.BY_STANDARD:
        yield "quantity", "这项补贴按标准发，要写补贴数量（几亩、几人）"
        yield "rate", "这项补贴按标准发，要写补贴标准（每亩、每人多少元）"
    if values["payee_type"] not in _PEOPLE:
        yield "credit_code", "领取人是单位，要写统一社会信用代码"
    elif not given.is_history:
        yield "identity", "这里要写 18 位身份证号"
    if values["method"] == PaymentMethod.TRANSFER and not given.is_history:
        yield "account", "银行转账要写银行账号"
    if not given.is_notice:
        yield "paid_on", "这里要写发放日期，如 2026-06-20；还没发的，请按“公示”导入"
    if values["entry_type"] == EntryType.CORRECTION:
        yield "original_paid_on", "更正的行要写原发放日期"
