"""Pages of who owes the village and whom it owes."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.releases.models import State
from tests.builders import make_places, walk
from tests.portal.pages.reading import text
from tests.villages.telling import debt, item_for, load_rows, publish
from villages.models import Debt

pytestmark = pytest.mark.django_db
DEBTS = "/r/360902100204/ledger/?side=debts"
TOWN = "/r/360902100000/ledger/?side=debts"
LATE = {"到期日": "2024-12-31"}
OWED = {"类型": "债务", "对方": "王小芳", "性质": "欠误工补助", "期末余额": "900.00"}
LATER = {"所属期": "2026Q3", "期初余额": "20000.00", "本期增加": "0", "本期减少": "5000.00"}


def test_a_village_sees_both_sides_and_what_is_overdue(client: Client) -> None:
    publish("debts", debt(**LATE), debt(**OWED))
    page = text(client, DEBTS)
    assert "有 1 笔过期没还给村里" in page
    assert "20,000.00<i>元</i>" in page
    assert "900.00<i>元</i>" in page
    assert "王*芳" in page
    assert "王小芳" not in page
    assert "2024年12月31日到期，过期没还" in page


def test_what_is_not_due_yet_is_no_arrears(client: Client) -> None:
    publish("debts", debt(到期日="2090-12-31"), debt(性质="还清的", 期末余额="0", **LATE))
    page = text(client, DEBTS)
    assert "没有过期没还的" in page
    assert "还清了" in page


def test_an_older_list_is_told_as_of_its_own_end(client: Client) -> None:
    publish("debts", debt(到期日="2026-06-30"), debt(性质="欠水费", 到期日="2026-07-01"))
    publish("debts", debt(**LATER, 期末余额="0", 到期日="2026-06-30"), period="2026Q3")
    page = text(client, f"{DEBTS}&period=2026Q2")
    assert "那时有 1 笔过期没还给村里" in page
    assert "看最近一期" in page
    assert "没有过期没还的" in text(client, DEBTS)


def test_one_debt_is_followed_through_its_periods(client: Client) -> None:
    publish("debts", debt(**LATE))
    publish("debts", debt(**LATER, 期末余额="15000.00", **LATE), period="2026Q3")
    row = Debt.objects.get(closing=15000)
    page = text(client, f"/row/debts/{row.pk}/")
    assert "2026年又欠 6,000.00 元，还了 9,000.00 元" in page
    assert "过期没还" in page
    assert "2026年第2季度" in page
    older = text(client, f"/row/debts/{Debt.objects.get(closing=20000).pk}/")
    assert "就该还了" not in older


def test_two_debts_that_look_alike_are_not_added_up(client: Client) -> None:
    publish("debts", debt(**OWED), debt(**OWED | {"对方": "王大芳"}))
    row = Debt.objects.order_by("position")[0]
    assert "不能加在一起" in text(client, f"/row/debts/{row.pk}/")


def test_nothing_published_is_missing_and_a_declared_zero_is_not(client: Client) -> None:
    make_places()
    assert "没公开" in text(client, DEBTS)
    loaded = load_rows("debts", dict.fromkeys(debt(), ""), place=make_places().dapu, is_nil=True)
    walk(loaded.releases[0], State.PUBLISHED)
    page = text(client, DEBTS)
    assert "没有欠账" in page
    assert "村里声明过" in page


def test_a_period_that_is_not_there_says_so(client: Client) -> None:
    publish("debts", debt())
    assert "还没公开" in text(client, f"{DEBTS}&period=2025Q1", status=404)
    assert "不对" in text(client, f"{DEBTS}&period=2025Q9", status=400)


def test_wider_places_see_the_sums_of_their_villages(client: Client) -> None:
    publish("debts", debt(), debt(**OWED), debt(村代码="前白村", 期末余额="120000.00"))
    page = text(client, TOWN)
    assert "14.00<i>万元</i>" in page
    assert "3 个，2 个公开了" in page
    assert "没公开" in page
    assert "14.00<i>万元</i>" in text(client, "/r/360900000000/ledger/?side=debts")


def test_the_books_lead_to_the_debts(client: Client) -> None:
    publish("debts", debt())
    page = text(client, "/r/360902100204/ledger/")
    assert "side=debts" in page


def test_a_full_private_name_keeps_search_engines_out(client: Client) -> None:
    assert "noindex" not in _page_of(client, "masked")


def test_a_policy_that_shows_names_is_marked(client: Client) -> None:
    assert "noindex" in _page_of(client, "full")


def _page_of(client: Client, names: str) -> str:
    publish("debts", debt(**OWED), item=item_for("debts", names=names))
    return text(client, DEBTS)


def test_a_long_side_is_paged_by_key(client: Client) -> None:
    publish("debts", *(debt(性质=f"欠水费{at}", 期末余额=f"{at + 1}.00") for at in range(45)))
    first = text(client, f"{DEBTS}&period=2026Q2&who=claim")
    assert "欠水费0 " in first
    assert "欠水费20" not in first
    after = first.partition("after=")[2].partition('"')[0]
    second = text(client, f"{DEBTS}&period=2026Q2&who=claim&after={after}")
    assert "欠水费20" in second
    assert "回到最前面" in second
    assert "看全部 45 笔" in text(client, DEBTS)


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize(("path", "most"), [(DEBTS, 8), (TOWN, 7), (f"{DEBTS}&who=claim", 6)])
def test_queries_do_not_grow(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, path: str, most: int, count: int
) -> None:
    publish("debts", *(debt(性质=f"欠水费{at}") for at in range(count)))
    client.get(path)
    with django_assert_max_num_queries(most):
        client.get(path)


def test_a_debt_is_found_by_its_reason_and_its_masked_name(client: Client) -> None:
    publish("debts", debt(), debt(**OWED))
    village = make_places().dapu.code
    assert "彬江建材厂" in text(client, f"/search?q=建材厂&region={village}")
    assert "误工补助" in text(client, f"/search?q=误工补助&region={village}")
    assert "欠误工补助" not in text(client, f"/search?q=王小芳&region={village}")
