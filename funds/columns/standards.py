"""Columns of standards (政策标准)."""

from __future__ import annotations

from funds.models import StandardType
from portal.columns.cells import (
    Choice,
    Date,
    DueCell,
    Place,
    Rate,
    Text,
)
from portal.columns.column import Column
from portal.columns.usual import NOTE

STANDARD = (
    Column(
        header="补贴项目编码",
        field="programme_code",
        cell=Text(100),
        required=True,
        help="编码或补贴项目的名称",
        example="GD-2026",
    ),
    Column(
        header="标准名称",
        field="name",
        cell=Text(100),
        required=True,
        aliases=("补贴标准名称",),
        example="耕地补贴",
    ),
    Column(
        header="计量单位",
        field="unit",
        cell=Text(20),
        required=True,
        aliases=("单位",),
        example="亩",
    ),
    Column(
        header="补贴标准",
        field="rate",
        cell=Rate(),
        required=True,
        aliases=("标准", "标准金额"),
        help="每个计量单位多少元",
        example="112.50",
    ),
    Column(header="起始日期", field="start_on", cell=Date(), required=True, example="2026-01-01"),
    Column(header="终止日期", field="end_on", cell=Date(), help="当天起不再执行"),
    Column(header="适用地区代码", field="region", cell=Place(), help="空着就是全县"),
    Column(header="发放周期", field="cycle", cell=Text(20), example="每年"),
    Column(
        header="应发日期",
        field="due_rule",
        cell=DueCell(),
        help="06-30、每月15日、次月10日、季末25日",
        example="06-30",
    ),
    Column(header="标准类型", field="type", cell=Choice.of(StandardType.choices), example="固定"),
    Column(header="政策文号", field="document_no", cell=Text(100)),
    NOTE,
)
