"""The invented books, before they are files."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from portal.demo.books import BASIC, CASH
from portal.demo.building import SEED
from portal.demo.ledgers import MISSING, WAITING, Ledgers
from portal.demo.listings import Cells, Listing
from portal.demo.population import DAPU
from portal.demo.stories import Story
from portal.demo.vouchers import photograph
from portal.demo.year import DemoYear

TODAY = date(2026, 11, 24)
DAYS = [TODAY, date(2026, 1, 1), date(2026, 3, 1), date(2027, 7, 1), date(2028, 2, 29), date(2026, 10, 31)]


@pytest.fixture(scope="module")
def ledgers() -> Ledgers:
    return Ledgers(DemoYear.before(TODAY), SEED)


@pytest.fixture(scope="module")
def lists(ledgers: Ledgers) -> tuple[list[Listing], list[Story]]:
    return ledgers.everything()


def _own(lists: tuple[list[Listing], list[Story]]) -> list[Listing]:
    (last,) = [story.listing for story in lists[1] if story.name == "books-reviewed"]
    return [*(one for one in lists[0] if one.kind == "ledger" and one.body == DAPU), last]


def _known(listing: Listing) -> Cells:
    (row,) = [row for row in listing.rows if row["金额"] == "12600.00"]
    return row


def test_the_village_publishes_every_month_and_the_first_says_what_was_there(
    lists: tuple[list[Listing], list[Story]],
) -> None:
    own = _own(lists)
    assert len(own) == 12
    assert all(14 <= len(listing.rows) <= 20 for listing in own)
    assert [bool(listing.opening) for listing in own] == [True] + [False] * 11


def test_the_last_month_ends_with_what_the_accounts_hold(ledgers: Ledgers) -> None:
    opening = ledgers.dapu.opening(BASIC) + ledgers.dapu.opening(CASH)
    closing = opening + sum(book.moved() for book in ledgers.dapu.books)
    assert closing == Decimal("412880.35")


@pytest.mark.parametrize("today", DAYS)
def test_no_account_is_ever_overdrawn(today: date) -> None:
    ledgers = Ledgers(DemoYear.before(today), SEED)
    for where in (BASIC, CASH):
        standing = ledgers.dapu.opening(where)
        for book in ledgers.dapu.books:
            assert standing > 0
            standing += book.moved(where)


def test_balances_carry_over_from_quarter_to_quarter(lists: tuple[list[Listing], list[Story]]) -> None:
    quarters = [one for one in lists[0] if one.kind == "balances" and one.body == DAPU]
    assert len(quarters) >= 3
    for one, following in pairwise(quarters):
        assert [row["期末余额"] for row in one.rows] == [row["期初余额"] for row in following.rows]


def test_the_known_line_has_three_papers_and_two_hands(lists: tuple[list[Listing], list[Story]]) -> None:
    last = _own(lists)[-1]
    row = _known(last)
    assert row["摘要"] == "挖掘机工时费（早稻机耕路）"
    names = row["附件"].split(";")
    assert [name.partition("-")[2].partition("-")[2] for name in names] == [
        "发票.jpg",
        "工时明细.jpg",
        "回单.jpg",
    ]
    invoice, sheet = (last.pictures[name][0] for name in names[:2])
    hand, other = dict(invoice.signed)["经手人"], dict(sheet.signed)["经手人"]
    assert hand == row["经手人"] != other


def test_one_person_signs_every_other_paper_alike(lists: tuple[list[Listing], list[Story]]) -> None:
    last = _own(lists)[-1]
    odd = _known(last)["附件"].split(";")[1]
    hands = {
        hand
        for name, sheets in last.pictures.items()
        for sheet in sheets
        for label, hand in sheet.signed
        if label in {"经手人", "收款人"} and name != odd
    }
    assert hands == {"王小平"}


def test_papers_are_few_and_some_lines_have_none(lists: tuple[list[Listing], list[Story]]) -> None:
    everything = [*lists[0], *(story.listing for story in lists[1])]
    assert 40 <= sum(len(one.pictures) for one in everything) <= 60
    assert any(
        name.endswith(".pdf") and len(sheets) == 2
        for one in everything
        for name, sheets in one.pictures.items()
    )
    assert any(sheet.located for one in everything for sheets in one.pictures.values() for sheet in sheets)
    for listing in _own(lists)[-2:]:
        lacking = [row for row in listing.rows if "附件张数" in row and "附件" not in row]
        assert 0 < len(lacking) < 4


def test_rows_name_exactly_the_papers_that_are_there(lists: tuple[list[Listing], list[Story]]) -> None:
    for listing in [*lists[0], _own(lists)[-1]]:
        named = [name for row in listing.rows for name in row.get("附件", "").split(";") if name]
        assert sorted(named) == sorted(listing.pictures), listing.stem


def test_no_paper_shows_the_full_name_of_a_private_person(
    ledgers: Ledgers, lists: tuple[list[Listing], list[Story]]
) -> None:
    persons = {name for village in [*ledgers.small, ledgers.dapu.village] for name in village.persons}
    acting = {ledgers.dapu.village.handler, ledgers.dapu.village.witness, ledgers.dapu.village.approver}
    texts = " ".join(repr(sheets) for one in [*lists[0], _own(lists)[-1]] for sheets in one.pictures.values())
    assert not {name for name in (persons - acting) | {"王小芳", "张细明"} if name in texts}


def test_one_village_is_late_and_one_hands_nothing_in(lists: tuple[list[Listing], list[Story]]) -> None:
    months = [one for one in lists[0] if one.stem.startswith("SZ-100-")]
    waiting, missing = "前白村", "横山村"
    there = [Counter(row["村代码"] for row in month.rows) for month in months]
    assert [bool(found[waiting]) for found in there] == [True, True, False]
    assert [bool(found[missing]) for found in there] == [True, False, True]
    assert {WAITING, MISSING} == {"360902100205", "360902100207"}


def test_nothing_but_the_papers_hints_at_the_known_line(lists: tuple[list[Listing], list[Story]]) -> None:
    for listing in [*lists[0], *(story.listing for story in lists[1])]:
        for row in listing.rows:
            assert not re.search("签名|签字|代签|笔迹", "".join(row.values()))


def test_a_papers_bytes_follow_from_the_seed(lists: tuple[list[Listing], list[Story]]) -> None:
    again = Ledgers(DemoYear.before(TODAY), SEED).everything()
    one, other = _own(lists)[-1], _own(again)[-1]
    assert one.rows == other.rows
    name = next(iter(one.pictures))
    assert photograph(one.pictures[name][0]) == photograph(other.pictures[name][0])
