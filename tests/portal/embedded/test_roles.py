"""The suite's own database: two roles, and triggers that hold for both."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, connections


def _one(alias: str, query: str) -> object:
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_plain_tests_work_as_the_application() -> None:
    assert _one("default", "SELECT current_user") == "portal_app"


@pytest.mark.django_db
def test_each_process_has_a_database_of_its_own() -> None:
    assert str(_one("default", "SELECT current_database()")).startswith("test_portal")


@pytest.mark.django_db(transaction=True)
def test_the_owner_works_in_the_same_database() -> None:
    query = "SELECT current_database()"
    assert _one("owner", query) == _one("default", query)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (id int)",
        "TRUNCATE django_session",
        "DROP TABLE django_session",
        "ALTER TABLE django_session DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SET ROLE portal_owner",
        "DELETE FROM django_migrations",
    ],
)
def test_the_application_may_not_change_the_schema(statement: str) -> None:
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_codes_sort_by_bytes() -> None:
    query = "SELECT datlocale || datlocprovider::text FROM pg_database WHERE datname = current_database()"
    assert _one("default", query) == "C.UTF-8b"
