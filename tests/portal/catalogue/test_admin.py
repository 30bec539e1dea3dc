"""The catalogue in the staff's site."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.catalogue.models import NamesPolicy
from portal.people.models import Role
from tests.builders import make_item
from tests.county import body_of, make_cast, make_person, make_places

pytestmark = pytest.mark.django_db
ITEMS = "/manage/catalogue/catalogueitem/"


def told(**changed: str) -> dict[str, str]:
    values = {
        "section": "民生资金",
        "name": "耕地地力保护补贴",
        "must_show": "",
        "level": "township",
        "is_active": "on",
        "period": "yearly",
        "deadline_days": "20",
        "deadline_unit": "working",
        "names": NamesPolicy.MASKED,
    }
    return values | changed


def test_county_administrator_edits_the_policy_for_names(client: Client) -> None:
    item = make_item()
    client.force_login(make_cast().administrator)
    answer = client.post(f"{ITEMS}{item.pk}/change/", told(code="XX", kind="other"))
    assert answer.status_code == 302
    item.refresh_from_db()
    assert (item.names, item.code, item.kind) == (NamesPolicy.MASKED, "MS-P02", "payments")


def test_township_administrator_only_reads(client: Client) -> None:
    item = make_item()
    client.force_login(make_person("own", "黄管理", Role.ADMINISTRATOR, body_of(make_places().binjiang)))
    assert client.get(f"{ITEMS}{item.pk}/change/").status_code == 200
    assert client.post(f"{ITEMS}{item.pk}/change/", told()).status_code == 403
    assert client.get(f"{ITEMS}add/").status_code == 403


def test_every_member_of_staff_reads_it(client: Client) -> None:
    make_item()
    client.force_login(make_cast().clerk)
    assert "MS-P02" in client.get(ITEMS).content.decode()


def test_history_names_nobody_of_another_place(client: Client) -> None:
    item = make_item()
    client.force_login(make_cast().administrator)
    client.post(f"{ITEMS}{item.pk}/change/", told())
    client.force_login(make_person("own", "黄管理", Role.ADMINISTRATOR, body_of(make_places().binjiang)))
    page = client.get(f"{ITEMS}{item.pk}/history/").content.decode()
    assert "别的单位的人" in page
    assert "孙志强" not in page
