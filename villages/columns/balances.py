"""Columns of what stood in a village's accounts (货币资金余额)."""

from __future__ import annotations

from portal.columns.cells import Choice, Code, Money, PeriodCell, Text
from portal.columns.column import Column
from portal.columns.usual import NOTE
from villages.columns.usual import UNIT, VILLAGE
from villages.models import AccountType

_MONEY = Money(allow_zero=True, allow_negative=True)
BALANCE = (
    VILLAGE,
    Column(header="所属期", field="period", cell=PeriodCell(), required=True, example="2026-10"),
    Column(
        header="资金账户",
        field="fund_account",
        cell=Text(60),
        required=True,
        aliases=("账户", "账户名称"),
        example="基本户",
    ),
    Column(
        header="账户类型",
        field="account_type",
        cell=Choice.of(AccountType.choices),
        required=True,
        example="基本户",
    ),
    Column(
        header="期初余额",
        field="opening",
        cell=_MONEY,
        required=True,
        aliases=("月初余额", "上期余额", "上月结余"),
        example="323775.95",
    ),
    Column(
        header="本期收入",
        field="income",
        cell=_MONEY,
        required=True,
        aliases=("收入合计", "本月收入"),
        example="186420.00",
    ),
    Column(
        header="本期支出",
        field="expense",
        cell=_MONEY,
        required=True,
        aliases=("支出合计", "本月支出"),
        example="97315.60",
    ),
    Column(
        header="期末余额",
        field="closing",
        cell=_MONEY,
        required=True,
        aliases=("月末余额", "本期余额", "本月结余"),
        example="412880.35",
    ),
    UNIT,
    Column(
        header="账户户名",
        field="holder",
        cell=Text(80),
        group="who",
        help="应是村集体的名字，不能是个人",
        example="大浦村股份经济合作社",
    ),
    Column(header="开户行", field="bank", cell=Text(80), example="农商银行彬江支行"),
    Column(header="账号末4位", field="account_end", cell=Code(4), group="kept", public=False),
    Column(header="银行对账单余额", field="bank_closing", cell=_MONEY),
    Column(
        header="未达账项说明",
        field="outstanding_note",
        cell=Text(300),
        group="who",
        help="账上余额和对账单不一样时写明原因",
    ),
    NOTE,
)
