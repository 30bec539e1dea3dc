"""Bodies and places in the staff's site."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.people.models import Role
from portal.places.models import Body
from tests.county import body_of, make_cast, make_person, make_places

pytestmark = pytest.mark.django_db
BODIES = "/manage/places/body/"


def told(code: str, name: str = "农经站") -> dict[str, str]:
    return {"code": code, "name": name, "telephone": "0795-1234567", "is_active": "on"}


def test_administrator_founds_an_office_whose_place_is_in_its_code(client: Client) -> None:
    client.force_login(make_cast().administrator)
    assert client.post(f"{BODIES}add/", told("360902100000-01")).status_code == 302
    assert Body.objects.get(code="360902100000-01").region == make_places().binjiang


@pytest.mark.parametrize("code", ["360902101000-01", "999999999999-01"])
def test_another_place_and_no_place_are_refused_in_the_same_words(client: Client, code: str) -> None:
    own = make_person("own", "黄管理", Role.ADMINISTRATOR, body_of(make_places().binjiang))
    client.force_login(own)
    page = client.post(f"{BODIES}add/", told(code)).content.decode()
    assert "没有这个区划代码，或者不归您管" in page
    assert "农经站" in page


def test_wrong_shape_of_a_code_is_explained(client: Client) -> None:
    client.force_login(make_cast().administrator)
    assert "加一横和两位数字" in client.post(f"{BODIES}add/", told("360902100000")).content.decode()


def test_code_of_a_body_stays(client: Client) -> None:
    body = body_of(make_places().binjiang)
    client.force_login(make_cast().administrator)
    assert client.post(f"{BODIES}{body.pk}/change/", told("360902101000-09", "彬江镇政府")).status_code == 302
    body.refresh_from_db()
    assert (body.code, body.name, body.telephone) == ("360902100000", "彬江镇政府", "0795-1234567")


def test_administrator_of_an_office_founds_none(client: Client) -> None:
    office = make_places().binjiang.bodies.create(code="360902100000-01", name="农经站")
    client.force_login(make_person("own", "黄管理", Role.ADMINISTRATOR, office))
    assert client.post(f"{BODIES}add/", told("360902100000-02")).status_code == 403


def test_places_are_read_only_and_found_by_name_or_code(client: Client) -> None:
    client.force_login(make_cast().administrator)
    page = client.get("/manage/places/region/?q=大浦").content.decode()
    assert "袁州区彬江镇大浦村" in page
    region = make_places().dapu
    assert client.post(f"/manage/places/region/{region.pk}/change/", {"name": "x"}).status_code == 403
    assert client.get("/manage/places/region/add/").status_code == 403
