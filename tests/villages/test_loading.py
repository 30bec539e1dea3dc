from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from portal.imports.origins import PUBLIC_ID, cell_texts, stored_rows
from portal.imports.reading.errors import FileError
from portal.imports.request import RefusedError
from portal.places.models import Level, Region
from portal.releases.errors import DuplicateError
from portal.releases.models import Release, State
from portal.releases.registry import kind
from tests.builders import body_of, make_cast, make_places, walk
from tests.county import Places
from tests.villages.drafting import as_csv, balance, entry, income, item_of, load_books, make_ledger
from villages.models import LedgerEntry

pytestmark = pytest.mark.django_db


def _months(region: Region) -> dict[tuple[date, str], Decimal]:
    """Return the totals of a place by month and subject."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT start_on, subject, sum(amount) FROM releases_total WHERE region_id = %s GROUP BY 1, 2",
            [region.pk],
        )
        return {(start, subject): amount for start, subject, amount in cursor.fetchall()}


def test_a_file_of_a_township_becomes_a_release_of_each_village(places: Places) -> None:
    rows = [entry(1), entry(2, 村代码="前白村"), income(3, 村代码=places.dapu.code)]
    found = load_books(rows)
    assert {(one.body.code, one.row_count, one.amount) for one in found.releases} == {
        (places.dapu.code, 2, Decimal("0.00")),
        (places.qianbai.code, 1, Decimal("-480.00")),
    }
    assert Release.objects.filter(kind="ledger").count() == 2
    assert list(LedgerEntry.objects.order_by("position").values_list("position", flat=True)) == [2, 3, 4]


def test_a_file_that_names_no_item_is_of_the_monthly_books(places: Places) -> None:
    item = item_of("ledger")
    found = load_books([entry(1), entry(2, 村代码="前白村")], item=None)
    assert {release.item for release in found.releases} == {item}


def test_a_villages_own_file_needs_no_village(places: Places) -> None:
    (release,) = load_books([entry(村代码="")], body=body_of(places.dapu)).releases
    assert release.body == body_of(places.dapu)


def test_a_townships_file_needs_the_village(places: Places) -> None:
    with pytest.raises(RefusedError) as refused:
        load_books([entry(村代码="")])
    assert refused.value.built.errors[0].column == "村代码"


def test_the_same_file_again_is_refused_and_nothing_is_doubled(places: Places) -> None:
    before = [balance(), balance(村代码="前白村")]
    for release in load_books(before, kind="balances", period="2026-05").releases:
        walk(release, State.PUBLISHED)
    rows = [entry(1), entry(2, 村代码="前白村")]
    for release in load_books(rows).releases:
        walk(release, State.PUBLISHED)
    with pytest.raises(DuplicateError):
        load_books(rows)
    assert LedgerEntry.objects.count() == 2


def test_a_manifest_again_goes_on_where_it_stopped(places: Places, tmp_path: Path) -> None:
    item_of("ledger")
    make_cast()
    (tmp_path / "a.csv").write_bytes(as_csv([entry(1), entry(2, 村代码="前白村")]))
    manifest = tmp_path / "m.csv"
    manifest.write_text(f"kind,file,body,period,item\nledger,a.csv,{places.binjiang.code},2026-06,MS-Z01\n")
    for _ in range(2):
        with pytest.raises(SystemExit, match="0"):
            call_command("load", manifest=manifest, username="wu", publish=True, verbosity=0)
        assert set(Release.objects.values_list("state", flat=True)) == {State.PUBLISHED}
        assert LedgerEntry.objects.count() == 2


def test_a_name_that_two_villages_share_is_refused_with_both(places: Places) -> None:
    Region.objects.create(
        code="360902100299",
        name="大浦村委会",
        short_name="大浦村",
        stem=places.dapu.stem,
        level=Level.VILLAGE,
        parent=places.binjiang,
    )
    with pytest.raises(RefusedError) as refused:
        load_books([entry(1)])
    (error,) = refused.value.built.errors
    assert error.column == "村代码"
    assert places.dapu.code in error.message
    assert "360902100299" in error.message


_BOOK = """彬江镇大浦村6月收支明细,,,,,,,,,
村名,记账日期,凭证号,会计科目,摘要,往来单位,收入(元),支出(元),经手人,审批人
大浦村,2026-06-03,记-001,房租,旧村部房租,便民超市,"5,600.00",,王小平,
大浦村,2026-06-10,记-002,办公费,打印纸,便民文具店,,480.00,王小平,刘建华
,,,本月合计,,,{income},{expense},,
,,,,,,,,制表人：陈小兰,
"""


def test_the_totals_of_a_book_with_two_columns_are_checked_and_left_out(places: Places) -> None:
    found = load_books(_BOOK.format(income="5600.00", expense="480.00").encode())
    assert (found.rows, found.amount) == (2, Decimal("5120.00"))
    assert any("合计" in note for note in found.notes)


@pytest.mark.parametrize(
    ("income_", "expense", "column"), [("5600.01", "480.00", "收入金额"), ("5600.00", "479.99", "支出金额")]
)
def test_a_wrong_total_of_either_column_is_refused(
    places: Places, income_: str, expense: str, column: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        load_books(_BOOK.format(income=income_, expense=expense).encode())
    (error,) = refused.value.built.errors
    assert (error.row, error.column) == (5, column)


def test_a_file_of_a_whole_year_counts_in_its_months(places: Places) -> None:
    rows = [
        entry(1, 日期="2026-01-31"),
        entry(2, 日期="2026-02-01", 金额="20.00"),
        income(3, 日期="2026-02-28", 金额="5600.00"),
        entry(4, 日期="2026-02-03", 金额="100.00", 款项性质="押金保证金"),
    ]
    release = make_ledger(*rows, period="2026")
    assert release.amount == Decimal("5000.00")
    right = {
        (date(2026, 1, 1), "out/own/513"): Decimal("480.00"),
        (date(2026, 2, 1), "out/own/513"): Decimal("20.00"),
        (date(2026, 2, 1), "in/own/501"): Decimal("5600.00"),
        (date(2026, 2, 1), "out/deposit/513"): Decimal("100.00"),
    }
    assert _months(places.dapu) == right
    assert _months(places.binjiang) == right
    assert _months(places.qianbai) == {}


def test_an_opening_is_that_of_one_village(places: Places) -> None:
    (release,) = load_books([entry(1)], opening=Decimal("1000.00")).releases
    assert release.opening_amount == Decimal("1000.00")
    with pytest.raises(FileError, match="几个村"):
        load_books([entry(1), entry(2, 村代码="前白村")], opening=Decimal("1000.00"), period="2026-05")


def test_balances_of_many_villages_become_a_release_of_each(places: Places) -> None:
    rows = [balance(), balance(资金账户="专用户"), balance(村代码="前白村")]
    found = load_books(rows, kind="balances", period="2026Q2")
    assert sorted(release.row_count for release in found.releases) == [1, 2]


def test_nothing_happened_is_a_release_of_one_village(places: Places) -> None:
    (release,) = load_books(
        "村代码,日期,凭证号,收支,科目,摘要,金额\n".encode(), body=body_of(places.dapu), is_nil=True
    ).releases
    assert (release.body, release.is_nil) == (body_of(make_places().dapu), True)


def test_a_corrected_line_names_the_files_that_it_named(places: Places) -> None:
    wrong = make_ledger(entry(1, 附件="001-发票.jpg;001-明细.jpg", 附件张数="2"))
    disclosure = kind("ledger")
    (stored,) = stored_rows(disclosure, LedgerEntry.objects.filter(release=wrong).select_related("region"))
    texts = cell_texts(disclosure.columns, stored)
    exported = {column.header: texts[column.field] for column in disclosure.columns}
    assert exported["附件"] == "001-发票.jpg;001-明细.jpg"
    row = {PUBLIC_ID.header: str(stored.row.pk)} | exported | {"金额": "4800.00"}
    (right,) = load_books([row], corrects=wrong, reason="录入时少写一个 0").releases
    version = LedgerEntry.objects.get(release=right)
    assert (version.attachments, version.version) == ("001-发票.jpg;001-明细.jpg", 2)
