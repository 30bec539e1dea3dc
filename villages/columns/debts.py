"""Columns of who owes the village, and whom the village owes (债权债务)."""

from __future__ import annotations

from portal.columns.cells import Choice, Code, Date, Money, PartyName, PeriodCell, Quantity, Text
from portal.columns.column import Column
from portal.columns.usual import NOTE
from villages.columns.usual import VILLAGE
from villages.models import CounterpartyType, DebtSide

_MONEY = Money(allow_zero=True)
DEBT = (
    VILLAGE,
    Column(header="所属期", field="period", cell=PeriodCell(), required=True, example="2026Q3"),
    Column(
        header="类型",
        field="side",
        cell=Choice.of(DebtSide.choices),
        required=True,
        help="别人欠村里的写债权，村里欠别人的写债务",
        example="债权",
    ),
    Column(
        header="对方",
        field="party",
        cell=PartyName(),
        required=True,
        group="who",
        aliases=("对方单位", "债务人", "债权人", "欠款人"),
        help="谁欠的、欠谁的。个人写全名，公开时自动遮盖",
        example="彬江建材厂",
    ),
    Column(
        header="性质",
        field="nature",
        cell=Text(60),
        required=True,
        group="who",
        aliases=("事由", "欠款原因"),
        help="为什么欠，如欠厂房租金；不写私人的全名",
        example="欠厂房租金",
    ),
    Column(header="期初余额", field="opening", cell=_MONEY, required=True, example="18000.00"),
    Column(header="本期增加", field="increase", cell=_MONEY, required=True, example="6000.00"),
    Column(
        header="本期减少",
        field="decrease",
        cell=_MONEY,
        required=True,
        help="这一期还了多少",
        example="4000.00",
    ),
    Column(header="期末余额", field="closing", cell=_MONEY, required=True, example="20000.00"),
    Column(header="对方类型", field="party_type", cell=Choice.of(CounterpartyType.choices), example="单位"),
    Column(header="形成日期", field="incurred_on", cell=Date(past=True), example="2024-03-01"),
    Column(header="到期日", field="due_on", cell=Date(), aliases=("到期日期",), example="2026-12-31"),
    Column(
        header="年利率",
        field="annual_rate",
        cell=Quantity(digits=3),
        help="写百分数：一年 3.85% 写 3.85；没有利息的空着",
        example="3.85",
    ),
    Column(header="事项编号", field="matter_no", cell=Code(64)),
    NOTE,
)
