"""The bundled servers: started, shared, stopped, and gone with their starter."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from portal.embedded import running


@pytest.mark.django_db
def test_plain_tests_use_the_apps_role() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        user, database = cursor.fetchone()
    assert user == "portal_app"
    assert database.startswith("test_")
