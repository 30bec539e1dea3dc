"""Columns that templates of several kinds have in common."""

from __future__ import annotations

from portal.columns.cells import Place, Text
from portal.columns.column import Column

NOTE = Column(header="备注", field="note", cell=Text(500), group="who")


def village(help_text: str = "12 位代码或村名") -> Column:
    """Return the column that names a row's village, under the headers that offices use for it."""
    return Column(
        header="村代码",
        field="region",
        cell=Place(),
        conditional=True,
        aliases=("村", "村名", "村(社区)", "村（社区）", "村居", "行政村", "所在村"),
        help=help_text,
        example="大浦村",
    )
