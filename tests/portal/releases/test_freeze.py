"""Rows of a release that is no draft never change, and rows lie in the place of the releasing body."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection

from funds.models import Payment
from portal.releases.models import Release, State
from portal.releases.trees import plant
from tests.builders import Line, Places, add_payments, body_of, make_item, make_release, start_release
from tests.refusals import execute, refused_by

FROZEN = [State.IN_REVIEW, State.PUBLISHED, State.WITHDRAWN, State.DISCARDED]
COLUMNS = """id, first_id, version, position, county, region_id, note, seed, leaf, erased, programme_code,
    standard_name, amount, start_on, end_on, batch_label, entry_type, group_name, household_no, payee_type,
    credit_code, bank, method, deduction_reason, plot_code, document_no, name_public, householder_public,
    key_no"""
# One more row like those of a release, under another id: what a rogue load would add.
COPIED = COLUMNS.replace("id, first_id", "gen_random_uuid(), first_id", 1)
INSERT = f"""INSERT INTO funds_payment (release_id, {COLUMNS}) SELECT %s, {COPIED}
    FROM funds_payment WHERE release_id = %s LIMIT 1"""


def copy_in(release: Release, like: Release, *, count: int = 1) -> None:
    """COPY rows like those of one release into another, as a load does."""
    with connection.wrap_database_errors, connection.cursor() as cursor:
        cursor.execute(f"SELECT {COPIED} FROM funds_payment WHERE release_id = %s LIMIT 1", [like.pk])
        row = cursor.fetchone()
        with cursor.copy(f"COPY funds_payment (release_id, {COLUMNS}) FROM STDIN") as copy:
            for _ in range(count):
                copy.write_row([release.pk, uuid4(), *row[1:]])


@pytest.mark.django_db
@pytest.mark.parametrize("state", FROZEN)
def test_no_row_enters_a_release_that_is_no_draft(state: State) -> None:
    draft = make_release(state=State.DRAFT, batch=2)
    release = make_release(state=state)
    with refused_by("releases_rows_frozen"):
        execute(INSERT, [release.pk, draft.pk])
    with refused_by("releases_rows_frozen"):
        copy_in(release, draft)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.IN_REVIEW, State.PUBLISHED, State.WITHDRAWN])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE funds_payment SET amount = amount + 1 WHERE release_id = %s",
        "UPDATE funds_payment SET name = '别人' WHERE release_id = %s",
        "UPDATE funds_payment SET seed = NULL, salts = '' WHERE release_id = %s",
        "DELETE FROM funds_payment WHERE release_id = %s",
    ],
)
def test_no_row_of_it_changes_or_goes(state: State, statement: str) -> None:
    release = make_release(state=state)
    with refused_by("releases_rows_frozen"):
        execute(statement, [release.pk])


@pytest.mark.django_db
@pytest.mark.parametrize("state", FROZEN)
def test_no_row_moves_into_it(state: State) -> None:
    draft = make_release(state=State.DRAFT, batch=2)
    release = make_release(state=state)
    with refused_by("releases_rows_frozen"):
        execute("UPDATE funds_payment SET release_id = %s WHERE release_id = %s", [release.pk, draft.pk])


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.IN_REVIEW, State.PUBLISHED])
def test_no_row_moves_out_of_it(state: State) -> None:
    draft = make_release(state=State.DRAFT, batch=2)
    release = make_release(state=state)
    with refused_by("releases_rows_frozen"):
        execute("UPDATE funds_payment SET release_id = %s WHERE release_id = %s", [draft.pk, release.pk])


@pytest.mark.django_db
def test_no_row_belongs_to_no_release() -> None:
    draft = make_release(state=State.DRAFT)
    with refused_by("releases_rows_frozen"):
        execute(INSERT, [uuid4(), draft.pk])


@pytest.mark.django_db
def test_one_frozen_row_among_many_refuses_the_whole_statement() -> None:
    draft = make_release(state=State.DRAFT, batch=2)
    make_release(state=State.PUBLISHED)
    with refused_by("releases_rows_frozen"):
        execute("UPDATE funds_payment SET note = 'x'")
    assert not Payment.objects.filter(release=draft, note="x").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["TRUNCATE funds_payment", "ALTER TABLE funds_payment DISABLE TRIGGER ALL"]
)
def test_the_application_cannot_empty_or_disarm_the_table(statement: str) -> None:
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_a_draft_takes_changes() -> None:
    draft = make_release(state=State.DRAFT, rows=3)
    before = plant(draft)
    copy_in(draft, draft, count=2)
    execute("DELETE FROM funds_payment WHERE release_id = %s AND position = 2", [draft.pk])
    assert Payment.objects.filter(release=draft).count() == 4
    assert plant(draft) != before


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["xicun", "guoqiao", "county", "city"])
def test_rows_outside_the_place_of_the_body_are_refused(place: str, places: Places) -> None:
    draft = start_release(item=make_item())
    with refused_by("releases_rows_in_place"):
        add_payments(draft, [Line(), Line(region=getattr(places, place))])


@pytest.mark.django_db
def test_rows_of_a_village_stay_in_that_village(places: Places) -> None:
    draft = start_release(item=make_item(), body=body_of(places.dapu))
    add_payments(draft, [Line(region=places.dapu)])
    with refused_by("releases_rows_in_place"):
        add_payments(draft, [Line(region=places.qianbai)])


@pytest.mark.django_db
def test_rows_of_a_county_may_lie_anywhere_in_it(places: Places) -> None:
    draft = start_release(item=make_item(), body=body_of(places.county))
    add_payments(draft, [Line(region=places.guoqiao), Line(region=places.dapu), Line(region=places.county)])
    assert Payment.objects.filter(release=draft).count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["region_id = -1", "county = '360981'"])
def test_no_row_lies_nowhere_or_in_another_county(change: str) -> None:
    draft = make_release(state=State.DRAFT)
    with refused_by("releases_rows_in_place"):
        execute(f"UPDATE funds_payment SET {change} WHERE release_id = %s", [draft.pk])


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["seed = NULL", "salts = ''"], ids=["neither", "both"])
def test_a_row_has_its_seed_or_its_salts(change: str) -> None:
    draft = make_release(state=State.DRAFT)
    with refused_by("funds_payment_seed_or_salts"):
        execute(f"UPDATE funds_payment SET {change} WHERE release_id = %s", [draft.pk])
