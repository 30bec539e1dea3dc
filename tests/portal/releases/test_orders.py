"""按更严的办法处理已公开的, in the staff's site: who asks, who approves, what they read."""

from __future__ import annotations

import pytest
from django.test import Client

from funds.models import Payment
from portal.releases.actions import narrowing
from portal.releases.models import NamesOrder, Release
from tests.builders import NOW, make_cast, make_item, make_programme, make_release

pytestmark = pytest.mark.django_db
ORDERS = "/manage/releases/namesorder/"


@pytest.fixture
def published() -> Release:
    make_programme()
    return make_release()


def _asked(client: Client, **changed: str) -> None:
    told = {"item": str(make_item().pk), "after": "masked", "reason": "省里新规定"} | changed
    client.force_login(make_cast().administrator)
    client.post(f"{ORDERS}add/", told)


def test_one_asks_another_approves_and_progress_is_shown(published: Release, client: Client) -> None:
    _asked(client)
    order = NamesOrder.objects.get()
    page = f"{ORDERS}{order.pk}/change/"
    assert "提出的人不能批准" in client.get(page).content.decode()
    client.force_login(make_cast().county_reviewer)
    told = client.get(page).content.decode()
    assert "批准，1 批都改严" in told
    assert "省里新规定" in told
    client.post(f"{ORDERS}{order.pk}/decide/")
    list(narrowing.apply_orders(at=NOW))
    assert Payment.objects.filter(release=published, position=1).get().name_public == "李*根"
    done = client.get(page).content.decode()
    assert "赵建国" in done
    assert ">1 批<" in done
    assert ">0 批<" in done
    assert "批准，" not in done


def test_who_asked_cannot_approve_by_address_either(published: Release, client: Client) -> None:
    _asked(client)
    order = NamesOrder.objects.get()
    client.post(f"{ORDERS}{order.pk}/decide/")
    order.refresh_from_db()
    assert order.decided_at is None


@pytest.mark.parametrize("changed", [{"after": "full"}, {"reason": ""}, {"item": ""}])
def test_a_bad_order_is_not_kept(published: Release, client: Client, changed: dict[str, str]) -> None:
    _asked(client, **changed)
    assert not NamesOrder.objects.exists()


def test_an_order_that_changes_nothing_says_so(client: Client) -> None:
    make_item()
    client.force_login(make_cast().administrator)
    told = {"item": str(make_item().pk), "after": "masked", "reason": "x"}
    assert "没有比这更宽的公开批次" in client.post(f"{ORDERS}add/", told).content.decode()


def test_clerks_and_inspectors_stay_outside(published: Release, client: Client) -> None:
    _asked(client)
    order = NamesOrder.objects.get()
    for person in (make_cast().clerk, make_cast().township_reviewer, make_cast().inspector):
        client.force_login(person)
        assert client.get(ORDERS).status_code == 403
        assert client.post(f"{ORDERS}{order.pk}/decide/").status_code == 403
        assert client.get(f"{ORDERS}add/").status_code == 403
