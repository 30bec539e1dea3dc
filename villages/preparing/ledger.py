"""How rows of villages are completed and checked while they are read (pure)."""

from __future__ import annotations

from decimal import Decimal

from portal.columns.parties import is_unit
from portal.columns.row import Given, Row
from villages.accounts import chart_on
from villages.models import CounterpartyType, Direction, Nature

_SIDES = {"in": "收入", "out": "支出"}


def prepare_ledger(row: Row, given: Given, _lookups: object) -> None:
    """Settle side and amount, the account by the line's day, who stands on the other side, and who signed."""
    _take_two_sides(row)
    _account(row)
    _counterparty(row)
    if row.get("direction") == Direction.OUT and row.get("nature") == Nature.OWN:
        _signatures(row, given)


def _take_two_sides(row: Row) -> None:
    """Turn 收入金额 and 支出金额, where a book has those, into 收支 and 金额."""
    income, expense = row.values.pop("income_amount", None), row.values.pop("expense_amount", None)
    if "amount" in row.values or "direction" in row.values:
        return
    if row.is_wrong("amount", "direction", "income_amount", "expense_amount"):
        return
    if bool(income) == bool(expense):
        row.error(
            "income_amount" if income else "amount",
            "收入和支出都写了金额，一行只能写一边" if income else "收入、支出都没有金额，请写上一边",
        )
        return
    row.values["direction"] = Direction.IN.value if income else Direction.OUT.value
    row.values["amount"] = Decimal(income or expense)


def _account(row: Row) -> None:
    """Give the line its account by the chart in force on its day; free text that is unknown is 其他."""
    day, direction = row.get("happened_on"), row.get("direction")
    if day is None or direction is None:
        return
    code = row.get("account_code") or ""
    chart = chart_on(day)
    account = chart.find(code=code, word=row.get("account") or "", direction=direction)
    if code and account is None:
        row.error("account_code", f"{day.year}年的会计科目里没有这个编码，请核对，或空着让系统按科目名对")
    elif code and account and account.direction != direction:
        row.error(
            "account_code",
            f"{day.year}年这个编码是“{account.name}”，属于{_SIDES[account.direction]}，"
            f"这一行写的是{_SIDES[direction]}，请核对",
        )
    elif not code:
        row.values["account_code"] = (account or chart.fallback(direction)).code


def _counterparty(row: Row) -> None:
    """Tell persons from organisations where the table does not; who may be a person is masked."""
    name = row.get("counterparty")
    if name and "counterparty_type" not in row.values:
        kind = CounterpartyType.UNIT if is_unit(name) else CounterpartyType.PERSON
        row.values["counterparty_type"] = kind.value
    row.is_organisation = row.get("counterparty_type") == CounterpartyType.UNIT


def _signatures(row: Row, given: Given) -> None:
    """Ask of an expense who was paid, who handled it and who approved it; old books may lack the names."""
    if given.is_history:
        return
    row.need("counterparty", "支出要写钱付给了谁")
    row.need("handler", "支出要写经手人")
    row.need("approver", "支出要写审批人")
