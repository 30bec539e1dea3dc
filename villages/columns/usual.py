"""Columns that several kinds of villages share."""

from __future__ import annotations

from portal.columns.cells import Choice
from portal.columns.column import Column
from portal.columns.usual import village
from villages.models import AccountingUnit

VILLAGE = village("12 位代码或村名；一份表里可以有许多村，每村成为一批")
UNIT = Column(
    header="核算单位", field="unit", cell=Choice.of(AccountingUnit.choices), example="村集体经济组织"
)
