"""What the database itself refuses of a code."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portal.codes.models import Code, Scan
from portal.places.models import Region
from tests.portal.codes.places import NOW

WITHDRAWN = {"withdrawn_at": NOW, "withdrawn_reason": "并村", "withdrawn_by_office": "民政局"}


@pytest.mark.parametrize(
    "change",
    [
        {"slug": "7K4M92X"},
        {"target": "programme"},
        {"county": "360921"},
        {"programme": "GD-01"},
        {"created_at": NOW},
    ],
)
def test_a_printed_code_leads_where_it_always_led(code: Code, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="leads where it always led"):
        Code.objects.filter(pk=code.pk).update(**change)


def test_a_printed_code_cannot_be_moved_to_another_place(code: Code, other_village: Region) -> None:
    with pytest.raises(IntegrityError, match="leads where it always led"):
        Code.objects.filter(pk=code.pk).update(region=other_village)


def test_a_printed_code_is_never_deleted(code: Code) -> None:
    with pytest.raises(IntegrityError, match="never deleted"):
        code.delete()


@pytest.mark.parametrize(
    "change",
    [
        {"withdrawn_at": None, "withdrawn_reason": "", "withdrawn_by_office": ""},
        {"withdrawn_reason": "别的原因"},
    ],
)
def test_a_withdrawn_code_stays_as_it_is(code: Code, change: dict[str, Any]) -> None:
    Code.objects.filter(pk=code.pk).update(**WITHDRAWN)

    with pytest.raises(IntegrityError, match="stays as it is"):
        Code.objects.filter(pk=code.pk).update(**change)


@pytest.mark.parametrize("field", WITHDRAWN)
def test_a_withdrawal_names_day_reason_and_office(code: Code, field: str) -> None:
    blank = None if field == "withdrawn_at" else ""

    with pytest.raises(IntegrityError, match="codes_code_withdrawal_whole"):
        Code.objects.filter(pk=code.pk).update(**(WITHDRAWN | {field: blank}))


@pytest.mark.parametrize(
    "fields",
    [
        {"target": "place", "county": "360902"},
        {"target": "programme", "county": "360902", "programme": "GD-01"},
        {"target": "programme", "county": "360902", "title": "耕地补贴"},
        {"target": "other", "county": "360902"},
    ],
)
@pytest.mark.django_db
def test_a_code_has_exactly_one_target(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="codes_code_one_target"):
        Code.objects.create(**fields)


def test_a_place_has_one_valid_code(code: Code) -> None:
    with pytest.raises(IntegrityError, match="codes_code_one_per_region"):
        Code.objects.create(target="place", county="360902", region=code.region)


@pytest.mark.django_db
def test_a_programme_has_one_valid_code() -> None:
    fields = {"target": "programme", "county": "360902", "programme": "GD-01", "title": "补贴"}
    Code.objects.create(**fields)

    with pytest.raises(IntegrityError, match="codes_code_one_per_programme"):
        Code.objects.create(**fields)


@pytest.mark.parametrize("slug", ["7k4m92x", "7K4M92", "7K4M92U"])
def test_a_slug_keeps_its_shape(village: Region, slug: str) -> None:
    with pytest.raises(IntegrityError, match="codes_code_slug_shape"):
        Code.objects.create(slug=slug, target="place", county="360902", region=village)


def test_a_code_has_one_count_a_day(code: Code) -> None:
    Scan.objects.create(code=code, on=NOW.date(), count=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Scan.objects.create(code=code, on=NOW.date(), count=2)
