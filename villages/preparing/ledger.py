"""How rows of villages are completed and checked while they are read (pure)."""

from __future__ import annotations

import re
from decimal import Decimal

from portal.columns.row import Given, Row
from villages.accounts import chart_on
from villages.models import CounterpartyType, Direction, Nature

_SIDES = {"in": "收入", "out": "支出"}
# What the name of an organisation ends in, and no name of a person does.
_UNIT = re.compile(
    r"(公司|集团|厂|店|部|所|局|站|院|小学|中学|大学|学校|中心|银行|支行|委|队|办|处|馆|户|基地|工会|协会|超市"
    r"|商行|合作社|供销社|信用社|幼儿园|政府|财政)$"
)
# Endings that a given name may have too (王建社, 李新村): only behind what is no family name.
_UNIT_OR_NAME = re.compile(r"(社|会|村|组|园|行|校|学)$")
_FAMILY_NAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤易柳晏辛甘柏巫欧温庄文章聂兰施颜倪盛游鲁简"
)
_LONGEST_PERSON = 4
_BETWEEN_NAMES = re.compile(r"[、，,;；/\s]+")
# 彭水生等5人 names a person; 保洁员5人 does not.
_AND_OTHERS = re.compile(r"等(?:[\d一二三四五六七八九十两]*[人户个位])?$")
_HEADS = re.compile(r"\d+[人户]$")


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


def is_unit(party: str) -> bool:
    """Say whether a party is surely no private person; in doubt it is one: what was shown stays known.

    Of several joined by signs (张三、李四) none may be a person.
    """
    if "·" in party:
        return False
    names = [name for name in _BETWEEN_NAMES.split(_AND_OTHERS.sub("", party)) if name]
    return bool(names) and all(map(_is_unit_name, names))


def _is_unit_name(name: str) -> bool:
    if len(name) > _LONGEST_PERSON or _UNIT.search(name) or _HEADS.search(name):
        return True
    return bool(_UNIT_OR_NAME.search(name)) and name[0] not in _FAMILY_NAMES


def _signatures(row: Row, given: Given) -> None:
    """Ask of an expense who was paid, who handled it and who approved it; old books may lack the names."""
    if given.is_history:
        return
    row.need("counterparty", "支出要写钱付给了谁")
    row.need("handler", "支出要写经手人")
    row.need("approver", "支出要写审批人")
