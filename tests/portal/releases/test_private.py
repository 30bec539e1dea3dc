"""Full names and last digits: written by the application, read only through two doors of the owner."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from funds.models import Payment
from portal.places.models import Region
from portal.releases.models import Release, State
from portal.releases.registry import kind
from tests.builders import Line, Places, make_correction, make_item, make_lines, make_release
from tests.refusals import execute

pytestmark = pytest.mark.django_db

PRIVATE = kind("payments").private


@pytest.fixture
def masked(places: Places) -> Release:
    """Two persons whose names look alike in public: 李大根 and 李小根."""
    return make_release(
        item=make_item("MS-P04", names="masked"),
        lines=[
            Line(name="李大根", account="6217000000000001111", identity="110101199003070011"),
            Line(name="李小根", account="6217000000000002222", identity="110101199003070022"),
        ],
    )


def _own(place: Region, name: str, tail: str) -> list[Payment]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM funds_own_payments(%s, %s, %s)", [place.pk, name, tail])
        return list(Payment.objects.filter(pk__in=[row[0] for row in cursor]))


@pytest.mark.parametrize("column", PRIVATE)
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT {} FROM funds_payment",
        "SELECT 1 FROM funds_payment WHERE {} = 'x'",
        "SELECT 1 FROM funds_payment ORDER BY {}",
        "UPDATE funds_payment SET note = {}",
        "DELETE FROM funds_payment WHERE {} = 'x'",
    ],
)
def test_the_application_cannot_read_private_columns(column: str, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute(statement.format(column))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM funds_payment",
        "SELECT p FROM funds_payment p",
        "TABLE funds_payment",
        "COPY funds_payment TO STDOUT",
        "UPDATE funds_payment SET note = '' RETURNING *",
    ],
)
def test_nor_whole_rows(statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute(statement)


def test_officials_screens_get_them_for_named_rows(masked: Release) -> None:
    first = Payment.objects.get(release=masked, position=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM releases_private('funds_payment', %s, %s)", [[first.pk], ["name", "account_tail"]]
        )
        found = cursor.fetchall()
    assert found == [(first.pk, '{"name": "李大根", "account_tail": "1111"}')]


@pytest.mark.parametrize(
    "table", ["people_user", "releases_release", "django_session", "releases_step", "pg_catalog.pg_authid"]
)
def test_the_officials_door_opens_for_disclosed_rows_only(table: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        execute("SELECT * FROM releases_private(%s, %s, %s)", [table, [uuid4()], ["password"]])


def test_the_officials_door_runs_nothing_of_the_callers() -> None:
    execute("CREATE FUNCTION pg_temp.evil() RETURNS text LANGUAGE sql AS 'SELECT current_user::text'")
    execute("CREATE TEMP VIEW rows AS SELECT gen_random_uuid() AS id, pg_temp.evil() AS name")
    with pytest.raises(ProgrammingError, match="holds no disclosed rows"), transaction.atomic():
        execute("SELECT * FROM releases_private('pg_temp.rows', ARRAY(SELECT id FROM rows), ARRAY['name'])")


def test_the_public_sees_masked_names_only(masked: Release) -> None:
    assert set(Payment.objects.values_list("name_public", flat=True)) == {"李*根"}


def test_who_gives_name_and_last_digits_finds_the_own_rows_and_no_others(
    masked: Release, places: Places
) -> None:
    (found,) = _own(places.dapu, "李大根", "1111")
    assert (found.release, found.position) == (masked, 1)


@pytest.mark.parametrize(
    ("name", "tail"),
    [
        ("李大根", "2222"),
        ("李*根", "1111"),
        ("李大根", ""),
        ("李大根", "%"),
        ("李大根", "1"),
        ("", "1111"),
        ("王五", "1111"),
    ],
)
def test_anything_else_finds_nothing(name: str, tail: str, masked: Release, places: Places) -> None:
    assert _own(places.dapu, name, tail) == []


def test_a_row_without_an_account_is_found_by_no_empty_tail(places: Places) -> None:
    make_release(lines=[Line(name="李大根", account="")])
    assert _own(places.dapu, "李大根", "") == []


def test_another_village_finds_nothing(masked: Release, places: Places) -> None:
    assert _own(places.qianbai, "李大根", "1111") == []


def test_the_same_person_is_found_under_an_older_account(masked: Release, places: Places) -> None:
    older = Line(name="李大根", account="6217000000000009999", identity="110101199003070011")
    make_release(batch=2, lines=[older])
    assert len(_own(places.dapu, "李大根", "1111")) == 2


def test_a_namesake_in_the_same_village_is_not_found(masked: Release, places: Places) -> None:
    make_release(
        batch=2, lines=[Line(name="李大根", account="6217000000000009999", identity="110101199003079999")]
    )
    assert len(_own(places.dapu, "李大根", "1111")) == 1


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.WITHDRAWN])
def test_only_public_rows_are_found(state: State, places: Places) -> None:
    make_release(state=state, lines=make_lines(1))
    line = make_lines(1)[0]
    assert _own(places.dapu, line.name, line.account[-4:]) == []


def test_a_corrected_row_is_found_in_its_newest_version(masked: Release, places: Places) -> None:
    old = Payment.objects.get(release=masked, position=1)
    line = Line(name="李大根", account="6217000000000001111", identity="110101199003070011")
    correction = make_correction(masked, {old.pk: line})
    assert [row.release for row in _own(places.dapu, "李大根", "1111")] == [correction]
