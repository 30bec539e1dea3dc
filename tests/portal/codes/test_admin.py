from __future__ import annotations

import pytest
from django.test import Client

from portal.codes.actions import code_for_region
from portal.codes.models import Code, Scan
from portal.people.models import User
from tests.builders import NOW, make_cast, make_places, make_programme

pytestmark = pytest.mark.django_db
LIST = "/manage/codes/code/"


def page(client: Client, user: User, url: str, **posted: str) -> tuple[int, str]:
    client.force_login(user)
    response = client.post(url, posted) if posted else client.get(url)
    return response.status_code, response.content.decode()


def test_the_list_shows_the_own_places_only(client: Client) -> None:
    status, text = page(client, make_cast().clerk, LIST)
    assert status == 200
    assert "大浦村" in text
    assert "西村镇" not in text


def test_looking_makes_no_code(client: Client) -> None:
    page(client, make_cast().clerk, LIST)
    page(client, make_cast().clerk, f"{LIST}places/{make_places().dapu.pk}/print/")
    assert not Code.objects.exists()


def test_printing_makes_the_code_once_and_hands_out_the_sheet(client: Client) -> None:
    client.force_login(make_cast().clerk)
    for _ in range(2):
        response = client.post(f"{LIST}places/{make_places().dapu.pk}/print/")
        assert client.get(response.headers["Location"]).content.startswith(b"%PDF")
    assert Code.objects.count() == 1


def test_a_township_prints_all_its_villages_in_one_file(client: Client) -> None:
    client.force_login(make_cast().township_reviewer)
    response = client.post(f"{LIST}places/{make_places().binjiang.pk}/villages/", {"part": "1"})
    assert client.get(response.headers["Location"]).content.startswith(b"%PDF")
    assert Code.objects.count() == 3


def test_a_programmes_code_is_made_from_the_public_list(client: Client) -> None:
    make_programme()
    client.force_login(make_cast().clerk)
    told = {"county": "360902", "programme": "GD-2026"}
    assert client.post(f"{LIST}programmes/print/", told).status_code == 302
    assert client.post(f"{LIST}programmes/print/", told | {"programme": "XX"}).status_code == 404
    assert Code.objects.get().title == "耕地地力保护补贴"


def test_scans_are_shown_without_who(client: Client) -> None:
    code = code_for_region(make_places().dapu)
    Scan.objects.create(code=code, on=NOW.date(), count=37)
    assert "37 次" in page(client, make_cast().clerk, f"{LIST}{code.pk}/change/")[1]


def test_withdrawing_asks_why_shows_what_is_read_and_then_does_it(client: Client) -> None:
    code, user = code_for_region(make_places().dapu), make_cast().administrator
    url = f"{LIST}{code.pk}/withdraw/"
    assert page(client, user, url, reason="", sure="1")[0] == 422
    assert "旧海报丢了" in page(client, user, url, reason="旧海报丢了")[1]
    assert not Code.objects.get().is_withdrawn
    assert page(client, user, url, reason="旧海报丢了", sure="1")[0] == 302
    assert Code.objects.get().withdrawn_reason == "旧海报丢了"
    assert "旧海报丢了" in client.get(f"/c/{code.slug}").content.decode()


def test_a_clerk_withdraws_nothing(client: Client) -> None:
    code = code_for_region(make_places().dapu)
    url = f"{LIST}{code.pk}/withdraw/"
    assert page(client, make_cast().clerk, url, reason="不要了", sure="1")[0] == 403
    assert not Code.objects.get().is_withdrawn


def test_an_inspector_prints_nothing(client: Client) -> None:
    assert page(client, make_cast().inspector, LIST)[0] == 403
