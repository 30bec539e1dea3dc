"""`/c/<slug>`: the page itself, in either case; the reason where a code is out of use."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from portal.codes import actions, targets
from portal.codes.models import Code
from portal.pages import store
from portal.people.models import Role
from portal.places.models import Region
from tests.portal.codes.places import NOW, make_region, make_staff

pytestmark = pytest.mark.usefixtures("scans_dir", "pages_dir")


def withdraw(code: Code, county: Region, successor: Region | None = None) -> None:
    actions.withdraw(
        by=make_staff(county, Role.COUNTY_REVIEWER),
        code=code,
        reason="上坊村并入大浦村",
        office="袁州区民政局",
        now=NOW,
        successor=successor,
    )


@pytest.mark.parametrize("spelling", ["/c/{lower}", "/C/{upper}", "/c/{upper}", "/C/{lower}", "/c/{lower}/"])
def test_a_code_answers_with_the_page_of_its_place(client: Client, code: Code, spelling: str) -> None:
    answer = client.get(spelling.format(lower=code.slug.lower(), upper=code.slug))

    assert answer.status_code == 200
    assert 'data-region="360902105201"' in answer.content.decode()


def test_a_code_knows_its_own_address(code: Code) -> None:
    assert code.get_absolute_url() == f"/c/{code.slug.lower()}"


def test_the_page_names_its_long_address(client: Client, code: Code) -> None:
    answer = client.get(f"/c/{code.slug.lower()}")

    assert answer["Link"].endswith('/r/360902105201/>; rel="canonical"')


def test_a_scan_is_counted_and_nobody_noted(client: Client, code: Code, scans_dir: Path) -> None:
    client.get(f"/C/{code.slug}")
    client.head(f"/C/{code.slug}")

    files = [path for path in scans_dir.rglob("*") if path.is_file()]

    assert [path.name for path in files] == [code.slug]
    assert files[0].read_bytes() == b"1"


def test_an_unknown_code_is_not_found_and_not_counted(client: Client, code: Code, scans_dir: Path) -> None:
    unknown = "0000000" if code.slug != "0000000" else "1111111"

    assert client.get(f"/c/{unknown}").status_code == 404
    assert client.get("/c/nonsense!").status_code == 404
    assert not scans_dir.exists()


def test_a_withdrawn_code_explains_itself(
    client: Client, county: Region, other_village: Region, village: Region
) -> None:
    code = actions.code_for_region(other_village)
    withdraw(code, county, successor=village)

    answer = client.get(f"/C/{code.slug}")
    page = answer.content.decode()

    assert answer.status_code == 410
    for expected in (
        "这个码停用了",
        "袁州区彬江镇上坊村",
        "2046年11月23日",
        "上坊村并入大浦村",
        "袁州区民政局",
        "到大浦村看账",
        "/r/360902105201/",
        "看上坊村以前的账",
    ):
        assert expected in page


def test_the_front_forgets_a_withdrawn_code(
    client: Client,
    county: Region,
    code: Code,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client.get(f"/c/{code.slug.lower()}")
    today = timezone.localdate()
    assert store.aliased(code.slug.lower(), today) == "360902105201"

    with django_capture_on_commit_callbacks(execute=True):
        withdraw(code, county)

    assert store.aliased(code.slug.lower(), today) is None


def test_a_code_withdrawn_while_its_page_is_made_is_not_kept(
    client: Client, county: Region, code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page(request: HttpRequest, code_of_region: str) -> HttpResponse:
        withdraw(code, county)  # Somebody else's transaction, which forgot the code before we keep it.
        return HttpResponse()

    monkeypatch.setattr("portal.codes.views.region_page", page)

    client.get(f"/c/{code.slug.lower()}")

    assert store.aliased(code.slug.lower(), timezone.localdate()) is None


def test_nothing_can_be_posted_to_a_code(client: Client, code: Code) -> None:
    assert client.post(f"/c/{code.slug}").status_code == 405


def test_a_programme_answers_with_the_page_its_app_registered(
    client: Client, county: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page(request: HttpRequest, county: str, programme: str) -> HttpResponse:
        return HttpResponse(f"{county} {programme}")

    monkeypatch.setattr(targets, "_programme_pages", [])
    targets.register_programme_page(page)
    code = actions.code_for_programme(county="360902", code="GD-01", name="耕地补贴")

    assert client.get(f"/C/{code.slug}").content == b"360902 GD-01"


def test_staff_download_the_poster_of_their_own_place(
    client: Client, county: Region, township: Region, code: Code
) -> None:
    client.force_login(make_staff(township), backend="django.contrib.auth.backends.ModelBackend")

    answer = client.get(f"/c/{code.slug}/poster.pdf")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_a_poster_is_refused_to_the_public_and_to_strangers(
    client: Client, county: Region, code: Code
) -> None:
    address = f"/c/{code.slug}/poster.pdf"
    assert client.get(address).status_code == 302

    stranger = make_staff(make_region("360921000000", "奉新县", "county", county.parent))
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(address).status_code == 404
