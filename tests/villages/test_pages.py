"""Pages of a village's books."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.places.models import Body, Region
from portal.releases.models import State
from tests.builders import make_item, make_places, walk
from tests.portal.pages.reading import VILLAGE, text
from tests.villages.books import BOOKS, draft_books, income, line, publish_books
from villages.models import LedgerEntry

pytestmark = pytest.mark.django_db


def test_a_month_says_what_came_in_what_went_out_and_what_is_left(client: Client) -> None:
    publish_books(line(), income())
    page = text(client, BOOKS)
    assert "6月的账" in page
    assert "5,600.00<i>元</i>" in page
    assert "1,480.00<i>元</i>" in page
    assert "14,120.00<i>元</i>" in page
    assert "旧村部房租" in page


def test_who_paid_as_a_person_is_masked_and_who_acts_in_office_is_named(client: Client) -> None:
    publish_books(line(), income())
    rent = LedgerEntry.objects.get(direction="in")
    paper = LedgerEntry.objects.get(direction="out")
    assert "王*芳" in text(client, f"/row/ledger/{rent.pk}/")
    assert "王小芳" not in text(client, BOOKS) + text(client, f"/row/ledger/{rent.pk}/")
    page = text(client, f"/row/ledger/{paper.pk}/")
    assert "便民文具店" in page
    assert "王小平" in page
    assert "刘建华" in page


@pytest.mark.parametrize(("names", "is_kept"), [("masked", True), ("full", False)])
def test_search_engines_keep_no_page_with_a_full_private_name(
    client: Client, names: str, is_kept: bool
) -> None:
    make_item("MS-Z01", kind="ledger", level="village", period="monthly", names=names)
    publish_books(income())
    for query in ("", "?period=2026-06&side=in"):
        assert ("noindex" not in text(client, BOOKS + query)) is is_kept


def test_deposits_and_money_passed_on_are_neither_income_nor_expense(client: Client) -> None:
    publish_books(
        line(), income(), income(凭证号="记-003", 摘要="鱼塘押金", 金额="2000.00", 款项性质="押金保证金")
    )
    page = text(client, BOOKS)
    assert "5,600.00<i>元</i>" in page
    assert "16,120.00<i>元</i>" in page
    passing = text(client, f"{BOOKS}?period=2026-06&side=passing")
    assert "鱼塘押金" in passing
    assert "旧村部房租" not in passing


def test_balances_are_carried_from_month_to_month(client: Client) -> None:
    publish_books(line(), income())
    publish_books(line(日期="2026-07-03", 金额="120.00"), period="2026-07", opening="")
    page = text(client, BOOKS)
    assert "7月的账" in page
    assert "14,120.00" in page
    assert "14,000.00<i>元</i>" in page


def test_what_the_accounts_held_stands_for_a_missing_opening(client: Client) -> None:
    account = {"村代码": "大浦村", "所属期": "2026-06", "资金账户": "基本户", "账户类型": "基本户"}
    publish_books(
        account | {"期初余额": "8000", "本期收入": "5600", "本期支出": "1480", "期末余额": "12120"},
        kind="balances",
        period="2026Q2",
    )
    publish_books(line(), income(), opening="")
    page = text(client, BOOKS)
    assert "12,120.00<i>元</i>" in page
    assert "钱存在哪" in page
    assert "对不上" not in page


def test_a_break_in_the_balance_is_told_with_its_reason(client: Client) -> None:
    publish_books(line(), income())
    (release,) = draft_books(
        line(日期="2026-07-03", 金额="120.00"), period="2026-07", opening=Decimal("14150.00")
    )
    release.opening_reason = "6月漏记一笔利息 30 元"
    release.save()
    walk(release, State.PUBLISHED)
    page = text(client, BOOKS)
    assert "差 30.00 元" in page
    assert "漏记一笔利息" in page


def test_a_year_of_one_file_shows_month_by_month(client: Client) -> None:
    publish_books(
        line(日期="2026-01-05"),
        line(日期="2026-03-05", 金额="20.00"),
        income(日期="2026-03-08"),
        period="2026",
    )
    page = text(client, f"{BOOKS}?period=2026")
    assert 'href="/r/360902100204/ledger/?period=2026-01"' in page
    assert "有 8 个月没公开" in page
    march = text(client, f"{BOOKS}?period=2026-03")
    assert "5,600.00" in march
    assert "1,480.00" not in march


def test_a_declared_zero_is_not_a_gap(client: Client) -> None:
    publish_books(line(), income())
    (release,) = draft_books(
        dict.fromkeys(line(), ""), period="2026-07", is_nil=True, place=make_places().dapu
    )
    walk(release, State.PUBLISHED)
    page = text(client, BOOKS)
    assert "7月的账" in page
    assert "这个月没有收支" in page
    assert "14,120.00<i>元</i>" in page


def test_a_long_month_is_read_page_by_page(client: Client) -> None:
    rows = [
        line(凭证号=f"记-{number:03d}", 摘要=f"第{number}件", 日期="2026-06-01") for number in range(1, 46)
    ]
    publish_books(*rows)
    first = text(client, BOOKS)
    assert "看全部 45 笔" in first
    side = f"{BOOKS}?period=2026-06&side=out"
    seen: list[str] = []
    while side:
        page = text(client, side)
        seen += [f"第{number}件" for number in range(1, 46) if f">第{number}件<" in page]
        side = _next(page) if 'rel="next"' in page else ""
    assert seen == [f"第{number}件" for number in range(1, 46)]


def _next(page: str) -> str:
    before = page[: page.index('rel="next"')]
    return before[before.rindex('href="') + 6 :].split('"')[0].replace("&amp;", "&")


def test_a_township_lists_its_villages_and_who_published_nothing(client: Client) -> None:
    publish_books(line(), income())
    page = text(client, "/r/360902100000/ledger/?period=2026-06")
    assert "大浦村" in page
    assert "没公开" in page
    assert 'href="/r/360902100204/ledger/?period=2026-06"' in page


def test_a_village_without_books_says_so(client: Client) -> None:
    make_places()
    assert "还没有公开账本" in text(client, BOOKS)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("period=2020-01", 404),
        ("period=13", 400),
        ("period=2026Q1", 400),
        ("period=2026-06&side=out&after=x", 400),
    ],
)
def test_an_address_that_asks_for_nothing_is_answered_in_words(
    client: Client, query: str, status: int
) -> None:
    publish_books(line())
    assert 'href="/r/360902100204/ledger/"' in text(client, f"{BOOKS}?{query}", status=status)


@pytest.mark.parametrize("rows", [1, 50])
@pytest.mark.parametrize("query", ["", "?period=2026", "?period=2026-06&side=out"])
def test_a_cold_page_makes_at_most_eight_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, rows: int, query: str
) -> None:
    publish_books(*[line(凭证号=f"记-{number}") for number in range(rows)])
    with django_assert_max_num_queries(8):
        text(client, BOOKS + query)


def test_the_first_page_of_a_village_tells_the_newest_month(client: Client) -> None:
    publish_books(line(), income())
    page = text(client, VILLAGE)
    assert "村里6月的账" in page
    assert "14,120 元" in page


def test_what_is_only_drafted_is_not_there(client: Client) -> None:
    draft_books(line())
    assert "还没有公开账本" in text(client, BOOKS)
    row = LedgerEntry.objects.get()
    text(client, f"/row/ledger/{row.pk}/", status=404)


@pytest.mark.parametrize("villages", [4, 5])
def test_few_villages_make_no_median(client: Client, villages: int) -> None:
    places = make_places()
    regions = [places.dapu]
    for number in range(1, villages):
        code = f"36090210029{number}"
        regions.append(
            Region.objects.create(
                code=code,
                name=f"新{number}村委会",
                short_name=f"新{number}村",
                level="village",
                parent=places.binjiang,
            )
        )
        Body.objects.create(code=code, name=f"新{number}村村委会", region=regions[-1])
    rows = [line(村代码=region.code, 金额=f"{number}00.00") for number, region in enumerate(regions, 1)]
    for release in draft_books(*rows):
        release.opening_amount = Decimal(0)
        release.save()
        walk(release, State.PUBLISHED)
    page = text(client, BOOKS)
    assert ("全镇中间的村" in page) is (villages == 5)
    assert ("300.00" in page) is (villages == 5)
