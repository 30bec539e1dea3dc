"""A row while it is read knows which of its cells are wrong already."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.columns.row import Row


def _row(**values: object) -> Row:
    return Row(number=1, values=values, item="MS-Z05")


@pytest.mark.parametrize("values", [{}, {"rate": None}, {"rate": ""}])
def test_a_blank_cell_that_is_needed_is_an_error(values: dict[str, object]) -> None:
    row = _row(**values)
    row.need("rate", "要写标准")
    assert row.errors == [("rate", "要写标准")]


def test_a_zero_is_no_blank() -> None:
    row = _row(rate=Decimal(0))
    row.need("rate", "要写标准")
    assert row.errors == []


def test_a_cell_that_is_wrong_already_is_not_asked_for_again() -> None:
    row = _row()
    row.error("rate", "这不是数")
    row.need("rate", "要写标准")
    assert row.errors == [("rate", "这不是数")]


def test_one_wrong_cell_of_several_is_found() -> None:
    row = _row()
    row.error("amount", "这不是数")
    assert row.is_wrong("direction", "amount")
    assert not row.is_wrong("direction")
