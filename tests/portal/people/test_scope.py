from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.utils import timezone

from portal.people import scope
from portal.people.models import Appointment, Role
from portal.people.scope import appointments, bodies, has_role, within
from portal.places.models import Body, Region
from tests.county import Cast, Places, body_of, make_person

pytestmark = pytest.mark.django_db


def test_a_clerk_acts_for_the_own_township_and_its_villages(cast: Cast, places: Places) -> None:
    mine = {places.binjiang, places.sangu, places.dapu, places.qianbai}
    assert set(bodies(cast.clerk, {Role.CLERK}).values_list("code", flat=True)) == {r.code for r in mine}


def test_a_clerk_acts_for_nobody_else(cast: Cast, places: Places) -> None:
    found = bodies(cast.clerk)
    assert body_of(places.xicun) not in found
    assert body_of(places.county) not in found


def test_a_role_is_not_lent_to_another(cast: Cast) -> None:
    assert not bodies(cast.clerk, {Role.TOWNSHIP_REVIEWER}).exists()
    assert not has_role(cast.clerk, Role.COUNTY_REVIEWER, Role.TOWNSHIP_REVIEWER)
    assert has_role(cast.clerk, Role.CLERK)


def test_a_county_reviewer_acts_for_the_whole_county_but_not_the_city(cast: Cast, places: Places) -> None:
    found = set(bodies(cast.county_reviewer).values_list("code", flat=True))
    assert places.xicun_village.code in found
    assert places.city.code not in found


def test_a_person_of_an_office_acts_for_that_office_alone(places: Places) -> None:
    office = Body.objects.create(code=f"{places.county.code}-01", name="区农业农村局", region=places.county)
    official = make_person("he", "何平", Role.CLERK, office)
    assert list(bodies(official)) == [office]


@pytest.mark.parametrize(
    ("start", "end", "valid"),
    [(0, None, True), (-1, 1, True), (-1, 0, False), (1, None, False), (-9, -1, False)],
)
def test_an_appointment_is_valid_from_its_first_day_until_its_last(
    places: Places, start: int, end: int | None, valid: bool
) -> None:
    today = timezone.localdate()
    person = make_person("he", "何平", Role.CLERK, body_of(places.dapu), since=today + timedelta(days=start))
    if end is not None:
        Appointment.objects.filter(user=person).update(end_on=today + timedelta(days=end))
    assert bodies(person).exists() is valid


def test_an_earlier_day_has_the_appointments_of_that_day(cast: Cast) -> None:
    assert not appointments(cast.clerk, on=date(2019, 12, 31)).exists()
    assert appointments(cast.clerk, on=date(2020, 1, 1)).exists()


def test_who_left_and_who_never_signed_in_act_for_nobody(cast: Cast) -> None:
    cast.clerk.is_active = False
    assert not bodies(cast.clerk).exists()
    assert not bodies(AnonymousUser()).exists()


def test_places_are_prefixes_of_codes(cast: Cast, places: Places) -> None:
    prefixes = scope.places(cast.clerk, {Role.CLERK})
    assert prefixes == ["360902100"]
    found = Region.objects.filter(within("code", prefixes))
    assert places.dapu in found
    assert places.guoqiao not in found


def test_no_place_means_nothing_rather_than_everything(places: Places) -> None:
    assert not Region.objects.filter(within("code", [])).exists()


def test_the_database_refuses_an_appointment_that_ends_before_it_begins(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="people_appointment_dates_in_order"):
        Appointment.objects.filter(user=cast.clerk).update(end_on=date(2020, 1, 1))
