"""The triggers come with their migrations, go with them, and come back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connections

from tests.builders import make_release
from tests.refusals import execute, refused_by

pytestmark = pytest.mark.django_db(transaction=True)

FUNCTIONS = """SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    AND (proname LIKE 'releases\\_%' OR proname LIKE 'funds\\_%')"""
TRIGGERS = """SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal
    AND tgfoid::regproc::text LIKE 'releases\\_%' AND tgrelid::regclass::text NOT LIKE 'throwaway%'"""
# The suite's own table has the triggers, too, where a test made it.
THROWAWAY = "SELECT CASE WHEN to_regclass('throwaway_villagenotice') IS NULL THEN 0 ELSE 1 END"
AMOUNTS = {
    "releases_release_states": "UPDATE releases_release SET amount = 0",
    "releases_rows_frozen": "UPDATE funds_payment SET amount = 0",
}


def _count(query: str) -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def _migrate(*target: str) -> None:
    call_command("migrate", *target, database="owner", verbosity=0, interactive=False)


@contextmanager
def _migrated_back() -> Iterator[None]:
    """Go back to the schema before any trigger, and forward again after the block."""
    has_throwaway = _count(THROWAWAY)
    if has_throwaway:
        execute("CALL releases_unfreeze('throwaway_villagenotice')", using="owner")
    try:
        _migrate("releases", "0001_initial")
        yield
    finally:
        _migrate()
        if has_throwaway:
            execute("CALL releases_freeze('throwaway_villagenotice')", using="owner")


def test_triggers_and_doors_go_and_come_back_with_their_migrations(subtests: pytest.Subtests) -> None:
    make_release()
    before = _count(TRIGGERS), _count(FUNCTIONS)
    with _migrated_back(), subtests.test("without them the past could be changed"):
        assert (_count(TRIGGERS), _count(FUNCTIONS)) == (0, 0)
        for statement in AMOUNTS.values():
            execute(statement)
    assert (_count(TRIGGERS), _count(FUNCTIONS)) == before
    for rule, statement in AMOUNTS.items():
        with subtests.test(statement), refused_by(rule):
            execute(statement)
    with subtests.test("private columns"), pytest.raises(ProgrammingError):
        execute("SELECT name FROM funds_payment")
