"""Columns of programmes (补贴项目)."""

from __future__ import annotations

from funds.models import Method, Rounding
from portal.columns.cells import (
    Choice,
    Code,
    Date,
    Text,
    YesNo,
)
from portal.columns.column import Column
from portal.columns.usual import NOTE

PROGRAMME = (
    Column(
        header="补贴项目编码",
        field="code",
        cell=Code(30),
        required=True,
        help="全县唯一，以后不变",
        example="GD-2026",
    ),
    Column(
        header="补贴项目",
        field="name",
        cell=Text(100),
        required=True,
        aliases=("项目名称", "补贴项目名称"),
        example="耕地地力保护补贴",
    ),
    Column(header="主管部门", field="department", cell=Text(80), required=True, example="区农业农村局"),
    Column(header="资金来源", field="fund_source", cell=Text(100), example="中央财政"),
    Column(header="政策文号", field="document_no", cell=Text(100)),
    Column(header="政策依据", field="basis", cell=Text(300)),
    Column(
        header="公开目录编码",
        field="item_code",
        cell=Code(20),
        help="这项补贴属于公开目录的哪一项，如 MS-P02",
        example="MS-P02",
    ),
    Column(header="说明", field="description", cell=Text(500)),
    Column(header="上级项目", field="parent_code", cell=Code(30), help="上级项目的编码"),
    Column(header="发放对象", field="audience", cell=Text(200), example="有耕地承包权的农户"),
    Column(header="发放时间", field="schedule", cell=Text(100), example="每年 6 月底前"),
    Column(header="计算方式", field="method", cell=Choice.of(Method.choices), example="按标准"),
    Column(header="取整方式", field="rounding", cell=Choice.of(Rounding.choices), example="分"),
    Column(header="困难类", field="is_hardship", cell=YesNo(), example="否"),
    Column(header="资金层级", field="fund_level", cell=Text(40)),
    Column(header="咨询电话", field="telephone", cell=Text(40)),
    Column(header="起始日期", field="start_on", cell=Date()),
    Column(header="终止日期", field="end_on", cell=Date(), help="当天起不再执行"),
    NOTE,
)
