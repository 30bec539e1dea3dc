"""Rows of which only sums are public: no page of books and property shows one of them."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.builders import make_item
from tests.portal.pages.reading import VILLAGE, text
from tests.villages import property as things
from tests.villages.books import BOOKS, income, publish_books
from tests.villages.telling import debt, item_for, publish
from villages.models import VillageResource

pytestmark = pytest.mark.django_db
DEBTS = f"{BOOKS}?side=debts"
TOWN_DEBTS = "/r/360902100000/ledger/?side=debts"
TOWN_LEASES = "/r/360902100000/leases/"
OWED = {"类型": "债权", "性质": "医药费借支", "期初余额": "0", "本期减少": "0"}


def _owed(name: str, amount: str) -> dict[str, str]:
    return debt(对方=name, 期末余额=amount, 本期增加=amount, **OWED)


def _hide(kind: str, code: str) -> None:
    make_item(code, kind=kind, level="village", names="hidden")


def test_one_hidden_debt_is_neither_listed_nor_summed(client: Client) -> None:
    publish("debts", debt())
    publish("debts", _owed("王小芳", "777.00"), item=item_for("debts", code="MS-Z92", names="hidden"))
    page = text(client, DEBTS)
    assert "20,000.00<i>元</i>" in page
    assert "还有只公开合计的，不到 3 笔" in page
    for told in (page, text(client, f"{DEBTS}&who=owed_to_village"), text(client, TOWN_DEBTS)):
        assert "医药费借支" not in told
        assert "777" not in told


def test_three_hidden_debts_are_one_sum(client: Client) -> None:
    publish("debts", debt())
    hidden = [_owed("王小芳", "777.00"), _owed("李大根", "555.00"), _owed("陈建华", "668.00")]
    publish("debts", *hidden, item=item_for("debts", code="MS-Z92", names="hidden"))
    page = text(client, DEBTS)
    assert "22,000.00<i>元</i>" in page
    assert "其中 3 笔只公开合计" in page
    assert "医药费借支" not in page
    assert "看全部" not in page


def test_a_side_of_hidden_debts_alone_is_not_called_empty(client: Client) -> None:
    publish("debts", _owed("王小芳", "777.00"), item=item_for("debts", code="MS-Z92", names="hidden"))
    page = text(client, DEBTS)
    assert page.count("<p>没有。</p>") == 1


@pytest.mark.parametrize("slug", ["assets", "resources"])
def test_a_hidden_thing_stands_in_no_list(client: Client, slug: str) -> None:
    code = {"assets": "MS-Z05", "resources": "MS-Z06"}[slug]
    _hide(slug, code)
    cells = things.asset(资产名称="康复器材") if slug == "assets" else things.resource(资源名称="康复器材")
    things.publish(slug, cells)
    assert "康复器材" not in text(client, f"{VILLAGE}{slug}/")


def test_a_hidden_contract_stands_in_no_list_and_beside_no_thing(client: Client) -> None:
    things.publish("resources", things.resource(使用状况="发包"))
    _hide("leases", "MS-Z07")
    _hide("rents", "MS-Z08")
    things.publish("leases", things.lease(标的名称="残疾户的鱼塘"))
    things.publish("rents", things.rent())
    pond = VillageResource.objects.get()
    paths = (f"{VILLAGE}leases/", f"{VILLAGE}resources/", f"/row/resources/{pond.pk}/", TOWN_LEASES)
    for path in paths:
        page = text(client, path)
        assert "残疾户" not in page
        assert "陈*华" not in page
        assert "8,000" not in page


def test_a_hidden_line_stands_in_no_books(client: Client) -> None:
    publish_books(income(摘要="残疾补助退回"), item=make_item("MS-Z91", kind="ledger", names="hidden"))
    for path in (f"{BOOKS}?period=2026-06", f"{BOOKS}?period=2026-06&side=in"):
        assert "残疾补助退回" not in client.get(path).content.decode()
