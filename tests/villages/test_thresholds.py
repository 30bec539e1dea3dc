from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from villages import thresholds
from villages.thresholds import Threshold, threshold_on, threshold_sql

_GENERAL = Threshold(
    name="approval", place="", start_on=date(2020, 1, 1), end_on=None, value=Decimal("5000.00"), source="省"
)
_NEWER = Threshold(
    name="approval", place="", start_on=date(2025, 7, 1), end_on=None, value=Decimal("8000.00"), source="省"
)
_OWN = Threshold(
    name="approval",
    place="360902",
    start_on=date(2024, 1, 1),
    end_on=date(2026, 1, 1),
    value=Decimal("3000.00"),
    source="区",
)
_CASES = [
    (date(2019, 12, 31), "360902", None),
    (date(2020, 1, 1), "360902", "5000.00"),
    (date(2024, 1, 1), "360902", "3000.00"),
    (date(2024, 1, 1), "360921", "5000.00"),
    (date(2025, 12, 31), "360902", "3000.00"),
    (date(2026, 1, 1), "360902", "8000.00"),
]


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thresholds, "_thresholds", lambda: (_GENERAL, _NEWER, _OWN))


@pytest.mark.parametrize(("day", "place", "value"), _CASES)
def test_a_limit_is_that_of_the_day_and_the_narrowest_place(
    limits: None, day: date, place: str, value: str | None
) -> None:
    if value is None:
        with pytest.raises(LookupError):
            threshold_on("approval", day, place)
    else:
        assert threshold_on("approval", day, place).value == Decimal(value)


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "place", "value"), _CASES)
def test_the_database_finds_the_same_limit(limits: None, day: date, place: str, value: str | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + threshold_sql("approval", day=f"DATE '{day}'", place=f"'{place}'"))
        assert cursor.fetchone() == (value and Decimal(value),)


def test_an_unknown_limit_is_an_error() -> None:
    with pytest.raises(LookupError):
        threshold_sql("no such", day="d", place="p")


@pytest.mark.parametrize(
    "name",
    [
        "approval",
        "voucher",
        "other_share",
        "other_amount",
        "lease_years",
        "household_years",
        "wasteland_years",
    ],
)
def test_the_rules_limits_are_there_with_their_source(name: str) -> None:
    assert threshold_on(name, date(2026, 6, 1)).source
