from __future__ import annotations

import pytest
from django.db import IntegrityError

from portal.catalogue.actions import load_catalogue
from portal.catalogue.models import CatalogueItem, DayUnit, Granularity, NamesPolicy, Section
from portal.places.models import Level
from portal.releases.registry import get

pytestmark = pytest.mark.django_db


def test_the_catalogue_loads_whole_and_only_once() -> None:
    assert load_catalogue() == 60
    assert load_catalogue() == 0


def test_every_item_uses_the_words_of_the_model() -> None:
    load_catalogue()
    for item in CatalogueItem.objects.all():
        item.full_clean()
        assert item.section in Section
        assert item.level in Level
        assert item.period in Granularity
        assert item.names in NamesPolicy
        assert item.deadline_unit in DayUnit


def test_an_item_that_a_county_edited_stays_as_it_is() -> None:
    load_catalogue()
    CatalogueItem.objects.filter(code="MS-P02").update(names=NamesPolicy.MASKED)
    load_catalogue()
    assert CatalogueItem.objects.get(code="MS-P02").names == NamesPolicy.MASKED


def test_people_in_hardship_are_not_shown_by_full_name() -> None:
    load_catalogue()
    assert CatalogueItem.objects.get(code="MS-P04").names == NamesPolicy.MASKED


def test_the_kinds_of_household_payments_are_there() -> None:
    load_catalogue()
    wanted = {"programmes", "standards", "payments"}
    assert wanted <= set(CatalogueItem.objects.values_list("kind", flat=True))
    assert all(get(code) for code in wanted)


@pytest.mark.parametrize("code", ["YS-04", "GW-05"])
def test_what_no_table_can_hold_is_told_by_a_notice(code: str) -> None:
    load_catalogue()
    assert CatalogueItem.objects.get(code=code).kind == "notices"


def test_the_database_refuses_an_unknown_policy_for_names() -> None:
    load_catalogue()
    with pytest.raises(IntegrityError, match="catalogue_item_names_policy"):
        CatalogueItem.objects.filter(code="MS-P02").update(names="everything")
