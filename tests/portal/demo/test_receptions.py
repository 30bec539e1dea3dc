from __future__ import annotations

from datetime import date

import pytest

from portal.columns.cells import CreditCode, Files
from portal.demo.building import imagine
from portal.releases.registry import kind

TODAY = date(2026, 11, 24)


def test_every_file_that_a_reception_names_is_drawn() -> None:
    history, _ = imagine(today=TODAY)
    documents = [column.header for column in kind("receptions").columns if isinstance(column.cell, Files)]
    found = [listing for listing in history if listing.kind == "receptions"]
    assert len(found) == 4
    for listing in found:
        named = {row[header] for row in listing.rows for header in documents if header in row}
        assert named == set(listing.pictures), listing.stem


def test_codes_of_enterprises_are_right() -> None:
    history, _ = imagine(today=TODAY)
    rows = [row for listing in history if listing.kind == "enterprise_funds" for row in listing.rows]
    codes = {row["统一社会信用代码"] for row in rows if "统一社会信用代码" in row}
    assert all(CreditCode().parse(code) == code for code in codes)
    assert len(codes) < len(rows)


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2028, 2, 29), date(2026, 10, 31)])
def test_on_any_day_no_guest_is_to_come(today: date) -> None:
    history, _ = imagine(today=today)
    days = [row.get("接待日期") or row.get("兑现日期") for one in history for row in one.rows]
    assert max(filter(None, days)) < today.isoformat()
