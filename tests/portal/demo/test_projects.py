"""The demo's projects: payments name projects that are public before them, days lie in their order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.demo.ledgers import Ledgers
from portal.demo.listings import Listing
from portal.demo.projects import Projects
from portal.demo.year import DemoYear

TODAY = date(2026, 11, 24)
DAYS = ("采购公告日期", "中标日期", "合同签订日期", "实际竣工", "验收日期", "决算审定日期")


def _lists(today: date) -> tuple[list[Listing], Ledgers]:
    year = DemoYear.before(today)
    ledgers = Ledgers(year, "袁州")
    return Projects(year, ledgers.dapu.books[-1]).everything(), ledgers


def _rows(lists: list[Listing], kind: str) -> list[dict[str, str]]:
    return [row for listing in lists if listing.kind == kind for row in listing.rows]


@pytest.mark.parametrize("today", [TODAY, date(2026, 1, 1), date(2026, 3, 1), date(2028, 2, 29)])
def test_days_stand_in_order_and_nothing_has_happened_after_today(today: date) -> None:
    for row in _rows(_lists(today)[0], "projects"):
        days = [row[header] for header in DAYS if row.get(header)]
        assert days == sorted(days), row["项目名称"]
        assert all(day <= today.isoformat() for day in days)


def test_every_payment_names_a_project_that_was_published_before() -> None:
    lists = sorted(_lists(TODAY)[0], key=lambda one: (one.published_on, one.stem))
    known: set[str] = set()
    for listing in lists:
        if listing.kind == "projects":
            known |= {row[header] for row in listing.rows for header in ("项目编号", "项目名称")}
        else:
            assert {row["项目编号"] for row in listing.rows} <= known


def test_the_road_is_paid_by_a_voucher_of_the_village() -> None:
    lists, ledgers = _lists(TODAY)
    booked = next(row for row in ledgers.dapu.books[-1].rows("大浦村") if row.get("项目编号") == "XM-DP-001")
    paid = [row for row in _rows(lists, "disbursements") if row["项目编号"] == "XM-DP-001"]
    assert (paid[-1]["凭证号"], paid[-1]["金额"]) == (booked["凭证号"], booked["金额"])
    assert sum(Decimal(row["金额"]) for row in paid) == Decimal(369840)
