"""What the invented villages own and let, before it is files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.demo.building import SEED
from portal.demo.ledgers import Ledgers
from portal.demo.listings import Cells, Listing
from portal.demo.population import DAPU
from portal.demo.property import Property
from portal.demo.year import DemoYear

DAYS = [date(2026, 11, 24), date(2026, 1, 1), date(2026, 3, 1), date(2027, 7, 1), date(2028, 2, 29)]


def _lists(today: date) -> list[Listing]:
    year = DemoYear.before(today)
    history, stories = Ledgers(year, SEED).everything()
    return Property(year, [*history, *(story.listing for story in stories)]).everything()


def _rows(lists: list[Listing], kind: str) -> list[Cells]:
    return [row for one in lists if (one.kind, one.body) == (kind, DAPU) for row in one.rows]


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_what_leans_on_another_list_is_published_behind_it(today: date) -> None:
    lists = _lists(today)
    order = [one.kind for one in sorted(lists, key=lambda one: (one.published_on, one.stem))]
    assert order.index("rents") > max(at for at, kind in enumerate(order) if kind == "leases")
    assert max(at for at, kind in enumerate(order) if kind in {"assets", "resources"}) < order.index("leases")
    assert all(one.published_on <= today for one in lists)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_contract_lets_a_thing_and_every_rent_has_its_contract(today: date) -> None:
    lists = _lists(today)
    things = {row["资产编号"] for row in _rows(lists, "assets")}
    things |= {row["资源编号"] for row in _rows(lists, "resources")}
    leases = {row["合同编号"]: row for row in _rows(lists, "leases")}
    assert {row["标的编号"] for row in leases.values() if "标的编号" in row} <= things
    assert all(row["起始日期"] < row["终止日期"] for row in leases.values())
    for row in _rows(lists, "rents"):
        lease = leases[row["合同编号"]]
        assert lease["起始日期"] <= row["应收日期"] <= lease["终止日期"]
        assert row.get("实收日期", "") <= today.isoformat()


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_one_due_is_in_arrears_and_one_contract_ran_out_in_use(today: date) -> None:
    lists = _lists(today)
    (owed,) = [row for row in _rows(lists, "rents") if "实收金额" not in row]
    assert owed["应收日期"] < today.isoformat()
    assert Decimal(owed["应收金额"]) == 12000
    states = {row["资产编号"]: row["使用状况"] for row in _rows(lists, "assets")}
    over = [row for row in _rows(lists, "leases") if row["终止日期"] < today.isoformat()]
    assert "出租" in {states[row["标的编号"]] for row in over}
    assert "闲置" in {states[row["标的编号"]] for row in over}
