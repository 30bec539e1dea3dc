from __future__ import annotations

import pytest
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from portal.places.actions import found_principal_bodies, load_regions, principal_name
from portal.places.models import Body, Level, Region
from portal.places.names import stem
from tests.county import Places, body_of, make_places

# One test loads the whole list; the rules are tried on a tiny county.
pytestmark = pytest.mark.django_db


def test_the_official_list_loads_whole_and_only_once() -> None:
    assert load_regions() == 3024
    assert load_regions() == 0
    assert found_principal_bodies() == 3024
    assert found_principal_bodies() == 0
    assert Region.objects.filter(level=Level.VILLAGE, parent__level=Level.TOWNSHIP).count() == 2794
    for said in ("大浦村", "大浦"):
        found = Region.objects.filter(stem=stem(said), level=Level.VILLAGE)
        assert "360902100204" in found.values_list("code", flat=True)


def test_a_place_that_is_there_already_keeps_what_was_edited() -> None:
    places = make_places()
    Region.objects.filter(pk=places.dapu.pk).update(name="大浦新村委会")
    load_regions()
    assert Region.objects.get(code=places.dapu.code).name == "大浦新村委会"


def test_a_name_that_repeats_shows_county_and_township(places: Places) -> None:
    assert str(places.xicun_village) == "袁州区西村镇西村村"
    assert str(places.xicun) == "袁州区西村镇"
    assert str(places.city) == "宜春市"


def test_full_names_cost_no_further_query(
    places: Places, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    regions = list(Region.objects.with_ancestors())
    with django_assert_num_queries(0):
        assert "袁州区彬江镇大浦村" in [region.full_name for region in regions]


def test_within_keeps_the_place_and_everything_below_it(places: Places) -> None:
    codes = set(Region.objects.within(places.binjiang).values_list("code", flat=True))
    assert codes == {places.binjiang.code, places.sangu.code, places.dapu.code, places.qianbai.code}


def test_every_place_has_a_body_named_as_people_know_it(places: Places) -> None:
    assert body_of(places.dapu).name == "大浦村委会"
    assert body_of(places.binjiang).name == "彬江镇人民政府"
    assert body_of(places.county).name == "袁州区人民政府"
    assert principal_name(Region(name="灵泉街道", level=Level.TOWNSHIP)) == "灵泉街道办事处"


def test_an_office_is_not_the_principal_body(places: Places) -> None:
    office = Body.objects.create(code=f"{places.county.code}-01", name="区农业农村局", region=places.county)
    assert not office.is_principal
    assert body_of(places.county).is_principal


@pytest.mark.parametrize("code", ["36090210020", "36090210020X", "大浦村委会"])
def test_the_database_refuses_a_code_of_another_shape(places: Places, code: str) -> None:
    with pytest.raises(IntegrityError, match="places_region_code_shape"):
        Region.objects.create(
            code=code,
            name="某村委会",
            short_name="某村",
            stem="某",
            level=Level.VILLAGE,
            parent=places.binjiang,
        )


def test_the_database_refuses_a_village_without_a_township(places: Places) -> None:
    with pytest.raises(IntegrityError, match="places_region_city_is_root"):
        Region.objects.filter(pk=places.dapu.pk).update(parent=None)
