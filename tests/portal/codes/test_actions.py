"""Verbs on codes: made once, withdrawn once, read back from what was typed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from portal.codes import actions
from portal.codes.models import Code
from portal.people.models import Role
from portal.places.models import Region
from tests.portal.codes.places import NOW, make_region, make_staff


def withdraw(code: Code, region: Region, role: Role = Role.COUNTY_REVIEWER) -> Code:
    return actions.withdraw(
        by=make_staff(region, role),
        code=code,
        reason="海报被人换过",
        office="袁州区民政局",
        now=NOW,
    )


def test_a_place_keeps_its_code(village: Region, code: Code) -> None:
    assert actions.code_for_region(village) == code
    assert Code.objects.count() == 1


def test_two_places_have_two_codes(code: Code, other_village: Region) -> None:
    assert actions.code_for_region(other_village).slug != code.slug


def test_a_programme_keeps_its_code_and_takes_its_new_name(county: Region) -> None:
    first = actions.code_for_programme(county="360902", code="GD-01", name="耕地补贴")
    second = actions.code_for_programme(county="360902", code="GD-01", name="耕地地力保护补贴")
    elsewhere = actions.code_for_programme(county="360921", code="GD-01", name="耕地补贴")

    assert second.pk == first.pk
    assert second.name == "耕地地力保护补贴"
    assert elsewhere.pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_printers_at_once_get_one_code(village: Region) -> None:
    def ask(_: int) -> str:
        try:
            return actions.code_for_region(village).slug
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        slugs = set(pool.map(ask, range(12)))

    assert len(slugs) == 1
    assert Code.objects.count() == 1


def test_a_taken_slug_is_drawn_anew(
    code: Code, other_village: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([code.slug, code.slug, "7K4M92X"])
    monkeypatch.setattr("portal.codes.slugs.make", lambda: next(drawn))

    assert actions.code_for_region(other_village).slug == "7K4M92X"


def test_a_broken_random_source_ends_in_an_error(
    code: Code, other_village: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.codes.slugs.make", lambda: code.slug)

    with pytest.raises(actions.NoFreeSlugError):
        actions.code_for_region(other_village)


def test_a_code_is_read_from_what_was_typed(code: Code) -> None:
    assert actions.read(code.slug.lower()) == code
    assert actions.read(f" {code.slug[:3]}-{code.slug[3:]}") == code
    assert actions.read("大浦村") is None


def test_a_withdrawn_code_is_followed_by_a_new_one(county: Region, code: Code) -> None:
    withdrawn = withdraw(code, county)

    assert withdrawn.withdrawn_reason == "海报被人换过"
    assert code.region is not None
    assert actions.code_for_region(code.region).slug != code.slug


def test_a_code_is_withdrawn_once(county: Region, code: Code) -> None:
    withdraw(code, county)

    with pytest.raises(actions.AlreadyWithdrawnError):
        withdraw(code, county, Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", [Role.CLERK, Role.TOWNSHIP_REVIEWER, Role.INSPECTOR])
def test_withdrawing_refuses_other_roles(county: Region, code: Code, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        withdraw(code, county, role)


def test_withdrawing_refuses_a_stranger(county: Region, code: Code) -> None:
    stranger = make_region("360921000000", "奉新县", "county", county.parent)

    with pytest.raises(PermissionDenied):
        withdraw(code, stranger)

    assert not Code.objects.get(pk=code.pk).is_withdrawn


def test_staff_print_the_codes_of_their_own_place_only(
    county: Region, township: Region, village: Region, code: Code
) -> None:
    programme = actions.code_for_programme(county="360902", code="GD-01", name="耕地补贴")
    neighbour = make_region("360902106000", "西村镇", "township", county)

    assert set(actions.codes_to_print(make_staff(county))) == {code, programme}
    assert set(actions.codes_to_print(make_staff(township))) == {code, programme}
    assert set(actions.codes_to_print(make_staff(neighbour))) == {programme}
    assert not actions.codes_to_print(make_staff(village, Role.INSPECTOR))
