from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portal.columns.cells import Identity
from portal.columns.column import CellError
from portal.demo.building import BuiltCounty, build, imagine
from portal.demo.files import MANIFEST
from portal.demo.listings import Cells, Form, Listing
from portal.demo.population import BINJIANG, COMPLETE, DAPU, YEARLY
from portal.demo.stories import ENDINGS, RARE_NAME, SHORT_PAID, Story
from portal.imports.manifest import COLUMNS, read_manifest
from portal.imports.reading.tables import Table, open_tables
from portal.releases.registry import kind

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BuiltCounty:
    return build(tmp_path_factory.mktemp("county"), today=TODAY)


def _everything(built: BuiltCounty) -> list[tuple[Listing, Path]]:
    history = [(listing, built.path(listing)) for listing in built.history]
    return history + [(story.listing, built.story_path(story)) for story in built.stories]


def _listing(built: BuiltCounty, stem: str) -> Listing:
    return next(listing for listing in built.history if listing.stem == stem)


def _story(built: BuiltCounty, name: str) -> Story:
    return next(story for story in built.stories if story.name == name)


def _in_dapu(rows: list[Cells]) -> set[str]:
    return {row["身份证号"] for row in rows if row["村代码"] == DAPU}


def _read(table: Table) -> tuple[int, list[str]]:
    count, wrong = 0, []
    for number, cells in table.rows:
        count += 1
        for bound, text in zip(table.headers, cells, strict=True):
            if bound is not None and text:
                try:
                    bound.parse(text, today=TODAY)
                except CellError as error:
                    wrong.append(f"{number} {bound.title}: {error}")
    return count, wrong + [error.message for error in table.errors]


def test_the_same_seed_and_day_give_the_same_bytes(built: BuiltCounty, tmp_path: Path) -> None:
    again = build(tmp_path, today=TODAY)
    for listing, path in _everything(built):
        assert path.read_bytes() == (again.folder / path.relative_to(built.folder)).read_bytes(), listing.file
    assert (built.folder / MANIFEST).read_bytes() == (tmp_path / MANIFEST).read_bytes()


def test_another_seed_gives_other_people(built: BuiltCounty) -> None:
    history, _ = imagine(today=TODAY, seed="another")
    newest, known = (
        next(one for one in reversed(lists) if one.kind == "payments") for lists in (history, built.history)
    )
    assert newest.rows != known.rows


def test_every_file_is_read_without_an_error_and_whole(built: BuiltCounty) -> None:
    for listing, path in _everything(built):
        (table,) = open_tables(path, kind(listing.kind).readable)
        assert _read(table) == (len(listing.rows), []), listing.file


@pytest.mark.parametrize(
    "today", [date(2026, 1, 1), date(2026, 3, 1), date(2027, 7, 1), date(2028, 2, 29), date(2026, 10, 31)]
)
def test_on_any_day_nothing_lies_in_the_future(today: date) -> None:
    history, stories = imagine(today=today)
    listings = history + [story.listing for story in stories]
    paid = {row["发放日期"] for listing in listings for row in listing.rows if "发放日期" in row}
    assert max(paid) < today.isoformat()
    assert max(listing.published_on for listing in listings) <= today


def test_nobody_is_published_before_being_paid(built: BuiltCounty) -> None:
    for listing in built.history:
        days = [row["发放日期"] for row in listing.rows if "发放日期" in row]
        assert not days or max(days) <= listing.published_on.isoformat(), listing.file


def test_identity_numbers_are_right_and_of_no_area_that_ever_was(built: BuiltCounty) -> None:
    numbers = {row["身份证号"] for listing in built.history for row in listing.rows if "身份证号" in row}
    assert len(numbers) > 5000
    for number in numbers:
        assert Identity().parse(number, today=TODAY) == number
        assert number.startswith("999999")


def test_accounts_begin_like_no_bank_card(built: BuiltCounty) -> None:
    accounts = {row["银行账号"] for listing in built.history for row in listing.rows if "银行账号" in row}
    assert all(account.startswith("9999990795") and len(account) == 19 for account in accounts)


def test_it_is_a_year_of_a_county(built: BuiltCounty) -> None:
    assert 20_000 <= sum(len(listing.rows) for listing in built.history) <= 40_000
    townships = {row["村代码"][:9] for row in _listing(built, "LY-GY-2026").rows}
    assert townships == {code[:9] for code in COMPLETE | YEARLY}
    forms = Counter(listing.form for listing in built.history)
    assert set(forms) == set(Form)


def test_the_manifest_is_the_contracts_and_names_every_file_of_the_history(built: BuiltCounty) -> None:
    with (built.folder / MANIFEST).open(encoding="utf-8", newline="") as stream:
        assert tuple(csv.DictReader(stream).fieldnames or ()) == COLUMNS
    entries = list(read_manifest(built.folder / MANIFEST))
    assert [entry.file for entry in entries] == [built.path(listing) for listing in built.history]
    assert all(entry.file.exists() for entry in entries)


def test_standards_follow_the_programmes_they_need(built: BuiltCounty) -> None:
    masters = ["programmes", "standards"]
    kinds = [listing.kind if listing.kind in masters else "rest" for listing in built.history]
    assert kinds == sorted(kinds, key=[*masters, "rest"].index)


def test_stated_sums_are_the_sums_of_their_rows_to_the_fen(built: BuiltCounty) -> None:
    stated = [listing for listing in built.history if listing.states_expected]
    assert len(stated) > 5
    for listing in stated:
        total = sum(Decimal(row["补贴金额"]) for row in listing.rows)
        assert listing.manifest_row["expected"] == str(total)


def test_one_household_got_126_yuan_less_than_its_wood_is_due(built: BuiltCounty) -> None:
    (row,) = [row for row in _listing(built, "LY-GY-2026").rows if row["姓名"] == "李长根"]
    due = Decimal(row["补贴数量"]) * Decimal(row["补贴标准"])
    assert (row["村代码"], due, row["补贴金额"]) == (DAPU, Decimal(258), SHORT_PAID)
    assert row["银行账号"].endswith("3317")


def test_one_township_was_paid_a_fortnight_late(built: BuiltCounty) -> None:
    rows = _listing(built, "MZ-GL-2026-09").rows
    days = {row["村代码"].startswith(BINJIANG[:9]): row["发放日期"] for row in rows}
    assert days == {True: "2026-10-09", False: "2026-09-25"}


@pytest.mark.parametrize(("programme", "month"), [("MZ-DB", 6), ("MZ-GL", 7)])
def test_somebody_is_missing_in_one_month_only(built: BuiltCounty, programme: str, month: int) -> None:
    before, then, after = (
        _in_dapu(_listing(built, f"{programme}-2026-{number:02d}").rows)
        for number in (month - 1, month, month + 1)
    )
    assert len((before & after) - then) == 1


def test_two_share_an_account_and_one_stands_twice(built: BuiltCounty) -> None:
    rows = _listing(built, "NY-GD-115-2026").rows
    people = {(row["身份证号"], row["银行账号"]) for row in rows}
    assert max(Counter(account for _, account in people).values()) == 2
    assert max(Counter(row["身份证号"] for row in rows).values()) == 2
    assert RARE_NAME in {row["姓名"] for row in rows}


def test_the_correction_has_the_row_it_replaces(built: BuiltCounty) -> None:
    story = _story(built, "correction")
    (right,) = story.listing.rows
    (wrong,) = [row for row in _listing(built, story.corrects).rows if row["身份证号"] == right["身份证号"]]
    assert Decimal(right["补贴金额"]) == 10 * Decimal(wrong["补贴金额"])


def test_the_withdrawn_list_has_a_right_successor(built: BuiltCounty) -> None:
    wrong = _story(built, "withdrawn").listing
    right = next(
        one
        for one in built.history
        if (one.item, one.period) == (wrong.item, wrong.period) and one.body == wrong.body
    )
    assert (wrong.batch, right.batch) == (1, 2)
    assert [row["补贴金额"] for row in wrong.rows] != [row["补贴金额"] for row in right.rows]


def test_the_posted_list_says_nothing_of_a_payment(built: BuiltCounty) -> None:
    story = _story(built, "posted")
    assert story.is_notice
    assert not any("发放日期" in row for row in story.listing.rows)


def test_every_ending_is_told(built: BuiltCounty) -> None:
    assert {story.ending for story in built.stories} == set(ENDINGS)
