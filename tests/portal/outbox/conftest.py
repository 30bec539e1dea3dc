"""A table of deeds, and topics whose handlers write into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from pytest_django import DjangoDbBlocker

if TYPE_CHECKING:  # Models need settings, which are not there yet.
    from tests.portal.outbox.deeds import Deeds


@pytest.fixture(scope="session")
def _deeds_table(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    from django.db import connections

    with django_db_blocker.unblock(), connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE test_deeds (key text NOT NULL)")


@pytest.fixture
def deeds(_deeds_table: None, db: None) -> Iterator[Deeds]:
    """Return what handlers did, with topics `note`, `once` and `fail`."""
    from tests.portal.outbox.deeds import Deeds

    with Deeds().registered() as found:
        yield found
