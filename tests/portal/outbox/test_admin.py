"""The staff's list of effects: for administrators of a county, to look at and to try again."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.outbox.models import Effect
from portal.people.models import Role
from tests.county import body_of, make_person, make_places
from tests.portal.outbox.deeds import database_now, the, write

pytestmark = pytest.mark.django_db
LIST = "/manage/outbox/effect/"


@pytest.fixture
def administrator(client: Client) -> Client:
    """Return the browser of an administrator of the county."""
    person = make_person("county-admin", "黄管理", Role.ADMINISTRATOR, body_of(make_places().county))
    client.force_login(person)
    return client


def _dead() -> Effect:
    write("note", "a:1")
    Effect.objects.update(attempts=12, dead_at=database_now(), error="TimeoutError")
    return the("a:1")


def test_the_dead_are_listed_with_their_cause(administrator: Client) -> None:
    _dead()
    page = administrator.get(LIST).content.decode()
    assert "a:1" in page
    assert "TimeoutError" in page
    assert "放弃了" in page


def test_a_dead_effect_is_tried_again_by_its_button(administrator: Client) -> None:
    dead = _dead()
    assert "再试一次" in administrator.get(f"{LIST}{dead.pk}/change/").content.decode()
    page = administrator.post(f"{LIST}{dead.pk}/retry/", follow=True).content.decode()
    assert "马上再试" in page
    assert the("a:1").dead_at is None


def test_looking_at_the_address_of_the_button_changes_nothing(administrator: Client) -> None:
    dead = _dead()
    administrator.get(f"{LIST}{dead.pk}/retry/")
    assert the("a:1").dead_at is not None


def test_nobody_changes_an_effect(administrator: Client) -> None:
    dead = _dead()
    administrator.post(f"{LIST}{dead.pk}/change/", {"key": "b:1", "topic": "mail"})
    assert the("a:1").topic == "note"


def test_what_waits_has_no_button_and_what_is_done_is_not_shown(administrator: Client) -> None:
    write("note", "a:1", "a:2")
    Effect.objects.filter(key="a:2").update(attempts=1, done_at=database_now())
    assert "再试一次" not in administrator.get(f"{LIST}{the('a:1').pk}/change/").content.decode()
    assert administrator.get(f"{LIST}{the('a:2').pk}/change/").status_code == 404


@pytest.mark.parametrize("role", [Role.CLERK, Role.INSPECTOR, Role.COUNTY_REVIEWER], ids=str)
def test_other_staff_of_the_county_cannot_try_again(role: Role, client: Client) -> None:
    dead = _dead()
    client.force_login(make_person("other", "黄某", role, body_of(make_places().county)))
    assert client.post(f"{LIST}{dead.pk}/retry/").status_code in {403, 404}
    assert the("a:1").dead_at is not None
    assert "待办的事" not in client.get("/manage/").content.decode()
